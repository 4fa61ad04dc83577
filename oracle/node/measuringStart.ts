import { type Member, type RoundPlan, rankOf } from "./roundPlan.ts";

/** A run may take twice what it takes at its declared service: retries, and replies that are late. */
const marginFactor = 2n;

type Turns = Pick<RoundPlan, "roundId" | "members" | "timing">;

/**
 * When a member begins to measure a version, unix seconds of the chain's clock: so that a model never meets the declared rate of two
 * members at once. The members take turns at a version, and each has another one in every turn (a Latin square over versions and
 * ranks). A turn is as long as the run needs, twice over, and no longer than the time for commitments allows; where the members' runs
 * do not fit one after the other, the last begin early enough to end in time, and overlap.
 * @param index Of the version among the plan's assignments.
 * @param runSeconds What a run takes at the model's declared service.
 */
export function measuringStart(plan: Turns, { seat }: Pick<Member, "seat">, index: number, runSeconds: number): bigint {
  const { members, timing } = plan;
  const count = BigInt(members.length);
  const turn = (((BigInt(index) - rankOf(plan, seat)) % count) + count) % count;
  const available = timing.commitBy - timing.startsAt;
  const needed = marginFactor * BigInt(runSeconds);
  const length = smaller(needed, available / count);
  const latest = available > needed ? available - needed : 0n;
  return timing.startsAt + smaller(turn * length, latest);
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
