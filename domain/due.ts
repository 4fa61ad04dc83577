import { hasFlag, type Memory } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { activeBond, type ModelStake } from "./stake.ts";

/**
 * What decides whether a model's current version is measured in a round: as it stands at the end of the block that opened the round,
 * when nobody can know who is going to measure.
 */
export interface DueQuestion {
  readonly memory: Pick<Memory, "flags" | "lastRound">;
  readonly stake: Pick<ModelStake, "bond" | "unbondingBond" | "openFreezes">;
  /** The last round whose evaluation is prepaid; 0: none. */
  readonly paidThrough: bigint;
  /** Of a retired model (unix seconds); only read when the memory says that it is retired. */
  readonly evaluatedUntil: bigint;
  readonly roundId: bigint;
  /** Start of the round's epoch (unix seconds). */
  readonly epochStart: bigint;
  /** The round's. */
  readonly policy: Pick<Policy, "bondMin" | "experimentalBondMin" | "evaluationPrice">;
}

/**
 * Whether a version is measured because its owner pays for it: in the standard lane with its bond, or once more after leaving that
 * lane. The others can be drawn (see mayDraw).
 */
export function isDue(question: DueQuestion): boolean {
  if (isTooNew(question) || isRetiredFrom(question)) return false;
  const { memory, policy, paidThrough, roundId } = question;
  if (policy.evaluationPrice !== 0n && paidThrough < roundId) return false;
  if (hasFlag(memory, "left")) return true;
  return hasFlag(memory, "standard") && activeBond(question.stake) >= policy.bondMin;
}

/** Whether a lottery slot that draws the model is taken by it (see lotteryModels): experimental, bonded, no open freeze, older than the round. */
export function mayDraw(question: DueQuestion): boolean {
  const { memory, stake, policy } = question;
  return (
    hasFlag(memory, "exists") &&
    !isTooNew(question) &&
    !hasFlag(memory, "standard") &&
    !hasFlag(memory, "retired") &&
    stake.openFreezes === 0n &&
    activeBond(stake) >= policy.experimentalBondMin
  );
}

function isRetiredFrom({ memory, evaluatedUntil, epochStart }: DueQuestion): boolean {
  return hasFlag(memory, "retired") && epochStart >= evaluatedUntil;
}

/** A result of a round that is not younger than the version would be stale, and its batch refused. */
function isTooNew({ memory, roundId }: DueQuestion): boolean {
  return memory.lastRound >= roundId;
}
