import { perFamily } from "../../../domain/families.ts";
import { packResult, unpackResult } from "../../../domain/result.ts";

const certain = 10_000n;
const clamp = (bps: bigint): bigint => (bps < 0n ? 0n : bps > certain ? certain : bps);

/** A result word with so much added to the rate of every family that was measured (bps). */
export function shiftScores(word: bigint, bps: bigint): bigint {
  const result = unpackResult(word);
  const isMeasured = (index: number) => ((result.flags >> BigInt(index)) & 1n) === 1n;
  const scores = perFamily((index) => (isMeasured(index) ? clamp(result.scores[index] + bps) : result.scores[index]));
  return packResult({ ...result, scores });
}
