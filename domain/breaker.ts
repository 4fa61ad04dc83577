import { hasFlag, hasStandardTerms, type Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";

/** Fewer failing results than this never say anything about the harness. */
export const contestedMin = 3n;

/**
 * Whether so much of a batch fails that the likeliest cause is the harness: then none of it freezes stake until a second committee
 * confirms. Twin of contracts/libraries/BreakerLib.sol (isContested).
 */
export function isContestedBatch(failing: bigint, results: bigint, policy: Pick<Policy, "breakerBps">): boolean {
  return failing >= contestedMin && failing * 10_000n > policy.breakerBps * results;
}

/** What a failing result does beyond the memory. */
export interface FailureTerms {
  /** Stake is frozen. Else the next failing result of the version freezes, whatever its batch (see memoryFlags.contested). */
  readonly freezes: boolean;
  /** By the terms of the standard lane. */
  readonly standardTerms: boolean;
}

/**
 * What a failing result costs, from the version's memory before it. A second failing result in a row freezes although its batch is
 * contested; nothing does while the guardian's pause is on.
 */
export function failureTerms(memoryBefore: Pick<Memory, "flags">, contested: boolean, paused: boolean): FailureTerms {
  return {
    freezes: !paused && (!contested || hasFlag(memoryBefore, "contested")),
    standardTerms: hasStandardTerms(memoryBefore),
  };
}
