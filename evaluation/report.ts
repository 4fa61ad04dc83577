import type { Hex } from "../domain/hex.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * The evaluation as JSON for programs; bigint as 0x hex of 32 bytes, the local path left out. The context in the order of its keys:
 * the blob, from which a replay derives it, knows no other.
 */
export function reportJson({ path: _, ...evaluation }: Evaluation): string {
  const context = Object.fromEntries(Object.entries(evaluation.context).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ ...evaluation, context, word: wordHex(evaluation.word) }, null, 2);
}

/** A word as 0x and 64 hex digits. */
export function wordHex(word: bigint): Hex {
  return `0x${word.toString(16).padStart(64, "0")}`;
}
