import { createHash } from "node:crypto";
import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import { wordOfLanes } from "../../evaluation/evidence/wordOfLanes.ts";
import { type Claims, readClaims } from "../../evaluation/replay/readClaims.ts";
import { wordHex } from "../../evaluation/report.ts";

/** A record as whoever forges one sees it. */
export type Fields = Record<string, unknown>;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The records of a blob, in their order. */
export function recordsIn(blob: Buffer | string): Fields[] {
  return `${blob}`
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).record);
}

/** A blob of these records in which every hash fits. */
export function sealBlob(records: readonly Fields[]): string {
  const sealed = (record: Fields) => {
    const text = canonicalJson(record);
    return `{"hash":"${sha256(text)}","record":${text}}\n`;
  };
  const body = records.slice(0, -1).map(sealed).join("");
  return `${body}${sealed({ ...records.at(-1), preceding: `0x${sha256(body)}` })}`;
}

/** Changes the first attempt that `pick` accepts. */
export function changeAttempt(records: readonly Fields[], pick: (record: Fields) => boolean, fields: Fields): Fields[] {
  const index = records.findIndex((record) => record.kind === "attempt" && pick(record));
  if (index < 0) throw new RangeError("no attempt to change");
  return records.with(index, { ...records[index], ...fields });
}

export async function* bytesOf(blob: Buffer | string): AsyncGenerator<Buffer> {
  yield Buffer.from(blob);
}

export function claimsIn(blob: Buffer | string): Promise<Claims> {
  return readClaims(bytesOf(blob));
}

/** What an evaluator publishes who changed records and then added them up as if they were right. */
export async function forgeBlob(records: readonly Fields[]): Promise<string> {
  const { verdict, tree } = await claimsIn(sealBlob(records));
  const { sums, counts } = verdict;
  const word = wordOfLanes(tree.root.sums, tree.root.counts) ?? 0n;
  const end = { ...records.at(-1), root: tree.root.hash, sums: [...sums], counts: [...counts], word: wordHex(word) };
  return sealBlob(records.with(-1, end));
}
