import { createReadStream } from "node:fs";
import type { Command } from "commander";
import type { Hex } from "../domain/hex.ts";
import { findFraud, type SignedClaim } from "../evaluation/replay/findFraud.ts";
import { NoSuchRecordError, openItem } from "../evaluation/replay/openItem.ts";
import { type Claims, readClaims } from "../evaluation/replay/readClaims.ts";
import { wordHex } from "../evaluation/report.ts";
import { hashOf } from "../evaluation/store/hashOf.ts";
import { openStore } from "../evaluation/store/openStore.ts";
import { blobPath, evidenceBytes } from "./evidenceBytes.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import type { Surroundings } from "./surroundings.ts";

interface EvidenceFlags {
  readonly store?: string;
  readonly pack: readonly string[];
  readonly json?: true;
}

interface AuditFlags extends EvidenceFlags {
  readonly root?: string;
  readonly word?: string;
}

const storeOption = ["--store <place>", "folder, s3://bucket/prefix, or a node's …/evidence"] as const;

/** Opens evidence, looks for what can be proven wrong in it, and hands it on. */
export function addEvidenceCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const evidence = program.command("evidence").description("open, audit and store evidence");
  addOpen(evidence, surroundings, finish);
  addAudit(evidence, surroundings, finish);
  addPut(evidence, surroundings, finish);
}

function addOpen(evidence: Command, { env, stdout }: Surroundings, finish: Finish): void {
  evidence
    .command("open")
    .description("print the opening of an item, as it answers a challenge: leaf, siblings up to the root, one record")
    .argument("<evidence>", "evidence folder or .ndjson blob, or a blob's hash with --store")
    .argument("<item>", "place of the item in the tree, from 0")
    .option("--record <n>", "which of the item's records", "0")
    .option(...storeOption)
    .addOption(packOption())
    .option("--json", "on one line")
    .addHelpText("after", "\nExample:\n  assay evidence open .assay/evaluations/2026-05-01T12-00-00-000Z 17 --record 2")
    .action(async (blob: string, item: string, { record, store, pack, json }: EvidenceFlags & { record: string }) => {
      const [leafIndex, recordIndex] = [readIndex("item", item), readIndex("--record", record)];
      const claims = await readClaims(await evidenceBytes(blob, store, env), await loadPacks(pack));
      const opening = openItem(claims, leafIndex, recordIndex);
      const records = opening.answer.recordHashes.length;
      if (recordIndex >= records) throw new NoSuchRecordError(leafIndex, recordIndex, records);
      stdout(jsonOf({ evidenceRoot: claims.tree.root.hash, ...opening }, json));
      finish(exitCode.done);
    });
}

function addAudit(evidence: Command, surroundings: Surroundings, finish: Finish): void {
  const { env, stdout, stderr } = surroundings;
  evidence
    .command("audit")
    .description("look for one proof that the evidence is not what was signed; exit 0 when there is nothing to prove")
    .argument("<evidence>", "evidence folder or .ndjson blob, or a blob's hash with --store")
    .option("--root <hex>", "evidenceRoot that was signed (default: the blob's own)")
    .option("--word <hex>", "result word that was signed (default: the blob's own)")
    .option(...storeOption)
    .addOption(packOption())
    .option("--json", "one JSON object on stdout")
    .addHelpText(
      "after",
      "\nExample:\n  assay evidence audit 0x5f…e1 --store http://127.0.0.1:42110/evidence --word 0x…",
    )
    .action(async (blob: string, { store, pack, json, ...flags }: AuditFlags) => {
      const claims = await readClaims(await evidenceBytes(blob, store, env), await loadPacks(pack));
      const fraud = findFraud(claims, signedClaim(claims, flags));
      if (json || fraud) stdout(jsonOf({ ok: fraud === null, fraud }, json));
      else stdout("nothing to prove: the evidence adds up to what was signed\n");
      if (fraud === null && claims.wrong)
        stderr(`but it does not replay: ${claims.wrong.where}: ${claims.wrong.why}\n`);
      finish(fraud === null && !claims.wrong ? exitCode.done : exitCode.failed);
    });
}

function addPut(evidence: Command, { env, stdout }: Surroundings, finish: Finish): void {
  evidence
    .command("put")
    .description("put a blob into a store")
    .argument("<evidence>", "evidence folder or .ndjson blob")
    .requiredOption("--store <place>", "folder or s3://bucket/prefix")
    .option("--json", "one JSON object on stdout")
    .addHelpText(
      "after",
      "\nExample:\n  assay evidence put .assay/evaluations/2026-05-01T12-00-00-000Z --store s3://bucket/runs",
    )
    .action(async (blob: string, { store: place, json }: { store: string; json?: true }) => {
      const store = openStore(place, env);
      const path = await blobPath(blob);
      const hash = await hashOf(createReadStream(path));
      await store.put(hash, path);
      stdout(json ? `${JSON.stringify({ ok: true, hash, store: store.place })}\n` : `${hash} is in ${store.place}\n`);
      finish(exitCode.done);
    });
}

function signedClaim({ end }: Claims, { root, word }: Pick<AuditFlags, "root" | "word">): SignedClaim {
  return { evidenceRoot: readHex("--root", root ?? end.root), word: BigInt(readHex("--word", word ?? end.word)) };
}

function readHex(name: string, text: string): Hex {
  const digits = /^0x([0-9a-f]{1,64})$/.exec(text.toLowerCase())?.[1];
  if (digits === undefined) throw new UsageError(`${name} ${text}: expected 0x and up to 64 hex digits`);
  return `0x${digits.padStart(64, "0")}`;
}

function readIndex(name: string, text: string): number {
  const index = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(index)) throw new UsageError(`${name} ${text}: expected a whole number from 0`);
  return index;
}

/** Integers of the contracts as 0x and 64 hex digits, as the rest of this command prints words. */
function jsonOf(value: unknown, oneLine: true | undefined): string {
  const text = JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === "bigint" ? wordHex(part) : part),
    oneLine ? 0 : 2,
  );
  return `${text}\n`;
}
