import { familyIndexes, perFamily } from "./families.ts";
import { fails } from "./gates.ts";
import { ceilDiv, max, min, sqrtUp } from "./integers.ts";
import {
  decayMemory,
  type Memory,
  massPerItem,
  memoryFieldMax,
  rateOne,
  ratePerBps,
  scarPerItem,
  strikeUnit,
} from "./memory.ts";
import type { Policy } from "./policy.ts";
import { isMeasured, type Result, unpackResult } from "./result.ts";

/** A result speaks for the epochs since the one before, at most for this many. */
const maxGap = 7n;

/**
 * Lets a memory fade until `now`, then applies one result to it. A family that the result did not measure neither fails nor leaves
 * a scar, and keeps its rate. The flags stay as they are: the record sets them (see withAdmitted). Twin of
 * contracts/libraries/CombineLib.sol (applyResult).
 * @returns The memory afterwards, a bitmap over families of the slash tests failed, and the scar that this result added (unit
 * 1/256 item, as far as the field holds it).
 */
export function applyResult(application: {
  memory: Memory;
  /** A well-formed result word. */
  word: bigint;
  /** Above the memory's last round. */
  roundId: bigint;
  /** Unix seconds. */
  now: bigint;
  policy: Policy;
}): { memory: Memory; failed: bigint; scarAdded: bigint } {
  const { roundId, now, policy } = application;
  const before = decayMemory(application.memory, now, policy.halfLife);
  const result = unpackResult(application.word);
  const items = min(result.items, policy.itemsCap);
  const failed = failedFamilies(application.word, policy);
  const scar = min(
    memoryFieldMax("scar"),
    before.scar + gapOf(roundId, before.lastRound) * scarOf(before, result, items, policy),
  );
  const combined: Memory = {
    ...before,
    rates: combinedRates(before, result, items),
    // What is above the cap of newer standards stays and fades: no result takes evidence away.
    mass: max(before.mass, min(policy.massCap * massPerItem, before.mass + items * massPerItem)),
    scar,
    lastRound: roundId,
    rounds: min(memoryFieldMax("rounds"), before.rounds + 1n),
  };
  const memory = failed === 0n ? withCleanRound(combined) : withStrike(combined);
  return { memory, failed, scarAdded: scar - before.scar };
}

/**
 * What a failing result of an older version does to the model's current one: a strike, the clean rounds owed for it, and the scar
 * that the result added there. The flags stay as they are (the record also clears "admitted"). Twin of contracts/libraries/CombineLib.sol (carryFailure).
 * @param scarAdded Unit 1/256 item.
 * @param now Unix seconds.
 */
export function carryFailure(memory: Memory, scarAdded: bigint, now: bigint, policy: Pick<Policy, "halfLife">): Memory {
  const before = decayMemory(memory, now, policy.halfLife);
  return withStrike({ ...before, scar: min(memoryFieldMax("scar"), before.scar + scarAdded) });
}

/**
 * Bitmap over families of the slash tests that a result fails; a family that it did not measure fails none. Twin of
 * contracts/libraries/CombineLib.sol (failedFamilies).
 */
export function failedFamilies(word: bigint, policy: Policy): bigint {
  const result = unpackResult(word);
  const items = min(result.items, policy.itemsCap);
  let failed = 0n;
  for (const index of familyIndexes) {
    const test = {
      score: result.scores[index] * ratePerBps,
      slashFloorBps: policy.slashFloorsBps[index],
      itemsShare: items * policy.sharesBps[index],
      z2: policy.failZ2,
    };
    if (isMeasured(result, index) && fails(test)) failed |= 1n << BigInt(index);
  }
  return failed;
}

/** Families that the policy has floors for and the result did not measure, as a bitmap: such a result is refused. */
export function missingFamilies(word: bigint, policy: Pick<Policy, "floorsBps">): bigint {
  const result = unpackResult(word);
  let missing = 0n;
  for (const index of familyIndexes) {
    if (policy.floorsBps[index] !== 0n && !isMeasured(result, index)) missing |= 1n << BigInt(index);
  }
  return missing;
}

/** Averages of the rates before and the scores, weighted by mass and items, rounded half up. */
function combinedRates(before: Memory, result: Result, items: bigint): Memory["rates"] {
  const added = items * massPerItem;
  const total = before.mass + added;
  return perFamily((index) => {
    if (!isMeasured(result, index)) return before.rates[index];
    const score = result.scores[index] * ratePerBps;
    return (before.mass * before.rates[index] + added * score + total / 2n) / total;
  });
}

/** min(cap, λr·retries + λh·hardFailures + drops), unit 1/256 item, rounded down. */
function scarOf(before: Memory, result: Result, items: bigint, policy: Policy): bigint {
  let drops = 0n;
  for (const index of familyIndexes) {
    if (before.mass === 0n || policy.floorsBps[index] === 0n || !isMeasured(result, index)) continue;
    const score = result.scores[index] * ratePerBps;
    drops += dropOf(before.rates[index], score, items * policy.sharesBps[index]);
  }
  const perAttempt = policy.retryScar * result.retries + policy.hardFailureScar * result.hardFailures;
  return min(policy.scarCap * scarPerItem, perAttempt * scarPerItem + (drops * scarPerItem) / (rateOne * 10_000n));
}

/**
 * (rate − score − tolerance)·items, unit 1/500,000,000 item. The tolerance is two standard errors, ⌈2·√(v/n)⌉ with the larger of
 * the two variances: honest noise leaves no scar.
 * @param itemsShare items · shareBps.
 */
export function dropOf(rate: bigint, score: bigint, itemsShare: bigint): bigint {
  if (score >= rate || itemsShare === 0n) return 0n;
  const variance = max(rate * (rateOne - rate), score * (rateOne - score));
  const tolerance = sqrtUp(ceilDiv(40_000n * variance, itemsShare));
  return max(0n, rate - score - tolerance) * itemsShare;
}

/** Epochs the result speaks for, 1..7. */
function gapOf(roundId: bigint, lastRound: bigint): bigint {
  return min(maxGap, roundId - lastRound);
}

/** One more strike; 1, 2, 4 or 8 clean rounds owed by the strikes held. A failure never lowers what is owed already. */
function withStrike(memory: Memory): Memory {
  const strikes = min(memoryFieldMax("strikes"), memory.strikes + strikeUnit);
  const whole = min(4n, strikes / strikeUnit);
  return { ...memory, strikes, cleanOwed: max(memory.cleanOwed, 1n << (whole - 1n)) };
}

function withCleanRound(memory: Memory): Memory {
  return memory.cleanOwed === 0n ? memory : { ...memory, cleanOwed: memory.cleanOwed - 1n };
}
