import { type FamilyIndex, perFamily } from "../../../domain/families.ts";
import type { Policy } from "../../../domain/policy.ts";
import { packResult } from "../../../domain/result.ts";

/** The result of a model that fails nothing for good, over the families that the policy judges. */
export function judgedWord(
  result: {
    readonly items: bigint;
    readonly attempts: number;
    readonly retries: number;
    /** bps. */
    readonly scoreOf: (family: FamilyIndex) => number;
  },
  { sharesBps }: Pick<Policy, "sharesBps">,
): bigint {
  const isJudged = (family: FamilyIndex) => sharesBps[family] > 0n;
  const bits = perFamily((family) => (isJudged(family) ? 1n << BigInt(family) : 0n));
  return packResult({
    scores: perFamily((family) => (isJudged(family) ? BigInt(result.scoreOf(family)) : 0n)),
    items: result.items,
    attempts: BigInt(result.attempts),
    retries: BigInt(result.retries),
    hardFailures: 0n,
    flags: bits.reduce((flags, bit) => flags | bit),
  });
}
