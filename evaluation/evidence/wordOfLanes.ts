import { type FamilyIndex, families, perFamily } from "../../domain/families.ts";
import { maxScoreBps, packResult } from "../../domain/result.ts";
import { unpackLanes } from "./lanes.ts";

const firstTry = families.indexOf("T");
/** Retries (sums) and items (counts). */
const extra = 7;
/** What one right primary adds to the first-try sum. */
const fullGrade = 10_000;
const itemsLimit = 2 ** 16;
const attemptsLimit = 2 ** 24;

/**
 * The result word that follows from a root's lanes, whoever made them up: 0 without any item, null when they do not fit a word.
 * Twin: `EvidenceLib.wordOf`.
 */
export function wordOfLanes(sums: bigint, counts: bigint): bigint | null {
  const [sumLanes, countLanes] = [unpackLanes(sums), unpackLanes(counts)];
  const lane = (lanes: readonly number[], index: number) => lanes[index] ?? 0;
  const items = lane(countLanes, extra);
  if (items === 0) return 0n;
  const attempts = lane(countLanes, firstTry);
  const retries = lane(sumLanes, extra);
  const accounted = retries + Math.floor(lane(sumLanes, firstTry) / fullGrade);
  if (items >= itemsLimit || attempts >= attemptsLimit || accounted > attempts) return null;
  const scoreOf = (index: FamilyIndex) => {
    const count = lane(countLanes, index);
    return count === 0 ? 0n : BigInt(Math.floor(lane(sumLanes, index) / count));
  };
  const scores = perFamily(scoreOf);
  if (scores.some((score) => score > maxScoreBps)) return null;
  return packResult({
    scores,
    items: BigInt(items),
    attempts: BigInt(attempts),
    retries: BigInt(retries),
    hardFailures: BigInt(attempts - accounted),
    flags: families.reduce((bits, _, index) => bits | (lane(countLanes, index) > 0 ? 1n << BigInt(index) : 0n), 0n),
  });
}
