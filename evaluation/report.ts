import type { Hex } from "../domain/hex.ts";
import type { Evaluation } from "./evaluation.ts";

/** The evaluation as JSON for programs; bigint as 0x hex of 32 bytes, the local path left out. */
export function reportJson({ path: _, ...evaluation }: Evaluation): string {
  return JSON.stringify({ ...evaluation, word: wordHex(evaluation.word) }, null, 2);
}

/** A word as 0x and 64 hex digits. */
export function wordHex(word: bigint): Hex {
  return `0x${word.toString(16).padStart(64, "0")}`;
}
