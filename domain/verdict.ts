import { failedFamilies } from "./combine.ts";
import { familyIndexes } from "./families.ts";
import { min } from "./integers.ts";
import type { Policy } from "./policy.ts";
import { proportionsDiffer } from "./proportion.ts";
import { unpackResult } from "./result.ts";

/**
 * Two standard errors, fewer than the slash test's usual three: a failure wrongly confirmed burns stake, one wrongly overturned only
 * puts the newer measurement in the place of the older one.
 */
const differZ2 = 4n;

/**
 * Whether a second measurement overturns a failing result: every family that failed is better now by more than chance, and does not
 * fail again (a bad model could fail worse on purpose, to be found better). Twin of contracts/libraries/VerdictLib.sol (isOverturned).
 * @param word The disputed result word.
 * @param newWord The second measurement; covers all families that failed.
 */
export function isOverturned(word: bigint, newWord: bigint, policy: Policy): boolean {
  const failed = failedFamilies(word, policy);
  if ((failedFamilies(newWord, policy) & failed) !== 0n) return false;
  const before = unpackResult(word);
  const after = unpackResult(newWord);
  return familyIndexes.every((index) => {
    if (((failed >> BigInt(index)) & 1n) === 0n) return true;
    const proportionOf = ({ scores, items }: typeof before) => ({
      scoreBps: scores[index],
      itemsShare: min(items, policy.itemsCap) * policy.sharesBps[index],
    });
    return (
      after.scores[index] > before.scores[index] &&
      proportionsDiffer(proportionOf(before), proportionOf(after), differZ2)
    );
  });
}
