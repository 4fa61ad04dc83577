import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import type { Logger } from "pino";
import type { Hex } from "viem";
import type { BlobStore, StoredBlob } from "../../evaluation/store/blobStore.ts";
import { verifiedBytes } from "../../evaluation/store/verifiedBytes.ts";
import type { Queryable } from "../database/openDatabase.ts";
import { sessionOfDispute } from "../messages/session.ts";
import { forgetDisputeFolders, forgetRoundFolders, sessionFolder } from "./evidenceFolders.ts";

/** This node's evidence, by the sha256 of the blob. */
export interface EvidenceStore {
  add(hash: Hex, roundId: bigint, path: string): Promise<void>;
  /** The same for a blob that whoever measured has put into the shared store already; its path may be another machine's. */
  note(hash: Hex, roundId: bigint, path: string): Promise<void>;
  /** From the data directory, else from the shared store; null when neither has it. */
  open(hash: Hex): Promise<StoredBlob | null>;
  /** Deletes the evidence of rounds before `roundId` from the data directory; a shared store keeps what its owner wants kept. */
  forgetBefore(roundId: bigint): Promise<void>;
  /** The same for one session. */
  forget(session: bigint): Promise<void>;
  /** The same for disputes of which nothing is known any more, once they are as old as the rounds that are forgotten. */
  forgetOldDisputes(isKnown: (disputeId: bigint) => boolean): Promise<void>;
}

export interface EvidenceStoreParts {
  readonly database: Queryable;
  readonly evidenceDir: string;
  /** Gets a copy of every blob. */
  readonly shared?: BlobStore | undefined;
  readonly log: Logger;
}

export function createEvidenceStore({ database, evidenceDir, shared, log }: EvidenceStoreParts): EvidenceStore {
  const openLocal = async (hash: Hex): Promise<StoredBlob | null> => {
    const found = await database.query<{ path: string }>("select path from evidence where hash = $1", [hash]);
    const path = found.rows[0]?.path;
    const file = path === undefined ? null : await stat(path).catch(() => null);
    if (path === undefined || file === null) return null;
    return { size: file.size, bytes: verifiedBytes(path, hash, createReadStream(path)) };
  };

  const note = async (hash: Hex, roundId: bigint, path: string): Promise<void> => {
    await database.query("insert into evidence values ($1, $2, $3) on conflict do nothing", [
      hash,
      roundId.toString(),
      path,
    ]);
  };

  return {
    note,
    async add(hash, roundId, path) {
      await note(hash, roundId, path);
      // The node serves the blob itself: a store that fails must not cost the report.
      await shared?.put(hash, path).catch((error: unknown) => {
        log.warn({ hash, reason: error instanceof Error ? error.message : error }, "evidence not copied to its store");
      });
    },
    async open(hash) {
      return (await openLocal(hash)) ?? (await shared?.get(hash)) ?? null;
    },
    async forgetBefore(roundId) {
      await forgetRoundFolders(evidenceDir, roundId);
      await database.query("delete from evidence where round_id < $1", [roundId.toString()]);
    },
    async forget(session) {
      await rm(sessionFolder(evidenceDir, session), { recursive: true, force: true });
      await database.query("delete from evidence where round_id = $1", [session.toString()]);
    },
    async forgetOldDisputes(isKnown) {
      for (const id of await forgetDisputeFolders(evidenceDir, isKnown))
        await database.query("delete from evidence where round_id = $1", [sessionOfDispute(id).toString()]);
    },
  };
}
