import type { Hex, LocalAccount } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import {
  type BatchSignature,
  type Commitment,
  type Message,
  parseMessage,
  type Report,
  stringifyMessage,
  type Unsigned,
} from "../messages/message.ts";
import { messageSubject, reportDigest, type SigningDomain, type UnsignedMessage } from "../messages/messageDigest.ts";
import { signMessage } from "../messages/signMessage.ts";
import { recordSigning } from "./signingHistory.ts";

/** A message this node has signed. A report is held back until it is released. */
export interface OwnMessage {
  readonly message: Message;
  readonly subject: Hex;
  readonly released: boolean;
}

/** Signs this node's messages, each once, and keeps them: after a restart the same ones go out again. */
export interface OwnMessages {
  /** Signs a report and the commitment to it; the commitment may go out, the report is held back. */
  signReport(report: Unsigned<Report>): Promise<{ commitment: Commitment; report: Report }>;
  signBatch(batch: Unsigned<BatchSignature>): Promise<BatchSignature>;
  /** Lets the report on a version go out. From now on no other commitment on it counts for this node. */
  release(roundId: bigint, versionId: Hex): Promise<void>;
  ofRound(roundId: bigint): Promise<OwnMessage[]>;
}

/** @throws ConflictingSignatureError, RoundBelowFloorError from every signing function. */
export function createOwnMessages(database: Database, domain: SigningDomain, account: LocalAccount): OwnMessages {
  const sign = async <T extends UnsignedMessage>(tx: Queryable, message: T) => {
    await recordSigning(tx, domain, message);
    return { ...message, signature: await signMessage(account, domain, message) };
  };
  return {
    signReport: (unsigned) =>
      database.transaction(async (tx) => {
        const { roundId, modelId, digest, evaluator } = unsigned;
        const report = await sign(tx, unsigned);
        const commitment = await sign(tx, {
          kind: "commitment",
          roundId,
          modelId,
          digest,
          evaluator,
          reportDigest: reportDigest(domain, unsigned),
        } as const);
        await keep(tx, commitment, true);
        await keep(tx, report, false);
        return { commitment, report };
      }),
    signBatch: (unsigned) =>
      database.transaction(async (tx) => {
        const batch = await sign(tx, unsigned);
        await keep(tx, batch, true);
        return batch;
      }),
    release: async (roundId, versionId) => {
      await database.query("update own_messages set released = true where round_id = $1 and subject = $2", [
        roundId.toString(),
        versionId,
      ]);
    },
    ofRound: (roundId) => ofRound(database, roundId),
  };
}

async function keep(tx: Queryable, message: Message, released: boolean): Promise<void> {
  await tx.query("insert into own_messages values ($1, $2, $3, $4, $5) on conflict do nothing", [
    message.roundId.toString(),
    messageSubject(message),
    message.kind,
    stringifyMessage(message),
    released,
  ]);
}

async function ofRound(database: Queryable, roundId: bigint): Promise<OwnMessage[]> {
  const found = await database.query<{ body: string; subject: Hex; released: boolean }>(
    "select body, subject, released from own_messages where round_id = $1 order by kind, subject",
    [roundId.toString()],
  );
  return found.rows.map(({ body, subject, released }) => ({ message: parseMessage(body), subject, released }));
}
