import type { Hex } from "./hex.ts";
import { ceilDiv } from "./integers.ts";
import type { Policy } from "./policy.ts";
import { draw } from "./seed.ts";

/** Models that a slot draws, one after the other, until one takes part. */
export const lotteryAttempts = 8n;

/** Slots of a round that are drawn from the experimental lane, if the commons fund pays for them all; rounded up. */
export function lotterySlots(policy: Pick<Policy, "slots" | "lotteryBps">): bigint {
  return ceilDiv(policy.slots * policy.lotteryBps, 10_000n);
}

/**
 * The model that a slot draws: every model with the same chance, whatever its stake. Twin of IAssay.lotteryDraw.
 * @param seed The round's seed.
 * @param attempt 0..7.
 * @param modelCount Models registered when the round opened; at least 1.
 */
export function lotteryDraw(seed: Hex, slot: bigint, attempt: bigint, modelCount: bigint): bigint {
  return 1n + (draw(seed, "lottery", slot * lotteryAttempts + attempt) % modelCount);
}

/**
 * The models that take part by lottery, in slot order: a slot takes the first model it draws that may take part and that no earlier
 * slot has; a slot whose eight draws all miss stays empty.
 * @param slots Slots that were paid for.
 * @param mayTakePart Experimental, not retired, bonded, without an open freeze, as of the opening of the round.
 */
export function lotteryModels(lottery: {
  seed: Hex;
  slots: bigint;
  modelCount: bigint;
  mayTakePart: (modelId: bigint) => boolean;
}): bigint[] {
  const taken = new Set<bigint>();
  if (lottery.modelCount === 0n) return [];
  for (let slot = 0n; slot < lottery.slots; slot += 1n) {
    for (let attempt = 0n; attempt < lotteryAttempts; attempt += 1n) {
      const modelId = lotteryDraw(lottery.seed, slot, attempt, lottery.modelCount);
      if (taken.has(modelId) || !lottery.mayTakePart(modelId)) continue;
      taken.add(modelId);
      break;
    }
  }
  return [...taken];
}
