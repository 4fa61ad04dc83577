import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Hex } from "../../domain/hex.ts";
import type { Evaluation } from "../evaluation.ts";
import { reportJson } from "../report.ts";
import { type BlobStore, blobName, StoreError } from "../store/blobStore.ts";
import type { Pack } from "../suite/pack.ts";
import { NoBlobError } from "./noBlobError.ts";
import { replayBlob, replayBytes } from "./replayBlob.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** Identical to the bit, or where it is not and why. */
export type Replay =
  | { readonly ok: true; readonly evaluation: Evaluation }
  | { readonly ok: false; readonly where: string; readonly why: string };

/**
 * Replays a blob, or every blob of an evidence folder. A `report.json` beside it must say the same.
 * Of a folder with several blobs the evaluation returned is the one its report is about.
 * @param opened private packs that the suite commits to
 * @throws NoBlobError when there is none at the path
 */
export async function replay(path: string, opened: readonly Pack[] = []): Promise<Replay> {
  return outcomeOf(() => replayPath(path, opened));
}

/**
 * Replays a blob straight out of a store.
 * @throws StoreError when the store does not give it, or has none
 */
export async function replayStored(store: BlobStore, hash: Hex, opened: readonly Pack[] = []): Promise<Replay> {
  return outcomeOf(async () => {
    const blob = await store.get(hash);
    if (blob === null)
      throw new StoreError(`${store.place} holds no blob ${hash}; check the hash, or name another store`);
    return (await replayBytes(blob.bytes, `${store.place}/${blobName(hash)}`, { packs: opened })).evaluation;
  });
}

async function outcomeOf(derive: () => Promise<Evaluation>): Promise<Replay> {
  try {
    return { ok: true, evaluation: await derive() };
  } catch (error) {
    if (error instanceof ReplayMismatch) return { ok: false, where: error.where, why: error.why };
    throw error;
  }
}

async function replayPath(path: string, opened: readonly Pack[]): Promise<Evaluation> {
  const found = await stat(path).catch(() => {
    throw new NoBlobError(`${path} does not exist; give an evidence folder or an .ndjson blob`);
  });
  if (!found.isDirectory()) return replayFile(path, dirname(path), opened);
  const names = (await readdir(path)).filter((name) => name.endsWith(".ndjson")).sort();
  const [first, ...others] = names;
  if (!first) throw new NoBlobError(`${path} holds no .ndjson blob; give the folder an evaluation wrote`);
  const reported = await reportedHash(path);
  let evaluation = await replayFile(join(path, first), path, opened);
  for (const name of others) {
    const next = await replayFile(join(path, name), path, opened);
    if (next.evidenceHash === reported) evaluation = next;
  }
  if (reported !== null && reported !== evaluation.evidenceHash) {
    throw new ReplayMismatch(
      `report.json, field evidenceHash`,
      `no blob here has the SHA-256 ${reported.slice(0, 80)}`,
    );
  }
  return evaluation;
}

async function replayFile(path: string, folder: string, opened: readonly Pack[]): Promise<Evaluation> {
  const evaluation = await replayBlob(path, opened);
  const report = await readReport(folder);
  if (report === null) return evaluation;
  const hash = hashIn(report);
  const isAboutThis = hash === evaluation.evidenceHash;
  if (isAboutThis && report !== `${reportJson(evaluation)}\n`) throw reportMismatch(report, evaluation);
  return evaluation;
}

/** Names the first line of the report that differs from what the blob demands. */
function reportMismatch(report: string, evaluation: Evaluation): ReplayMismatch {
  const expected = `${reportJson(evaluation)}\n`.split("\n");
  const lines = report.split("\n");
  const line = Math.max(
    0,
    expected.findIndex((text, index) => text !== lines[index]),
  );
  return new ReplayMismatch(
    `report.json, line ${line + 1}`,
    `recorded ${(lines[line] ?? "nothing").trim().slice(0, 160)}, derived from ${basename(evaluation.path)}: ${(expected[line] ?? "nothing").trim()}`,
  );
}

async function reportedHash(folder: string): Promise<string | null> {
  const report = await readReport(folder);
  return report === null ? null : hashIn(report);
}

async function readReport(folder: string): Promise<string | null> {
  return readFile(join(folder, "report.json"), "utf8").catch(() => null);
}

/** The hash a report is about; text that holds none names no blob, which a folder's replay reports. */
function hashIn(report: string): string {
  return /"evidenceHash": "([^"]*)"/.exec(report)?.[1] ?? "";
}
