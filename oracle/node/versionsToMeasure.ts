import { shardOf } from "../../domain/committee.ts";
import { type DueQuestion, isDue, mayDraw } from "../../domain/due.ts";
import type { Hex } from "../../domain/hex.ts";
import { ceilDiv, max } from "../../domain/integers.ts";
import { keccakWords } from "../../domain/keccak.ts";
import { lotteryModels } from "../../domain/lottery.ts";
import type { Memory } from "../../domain/memory.ts";
import type { Policy } from "../../domain/policy.ts";
import { maxResultsPerBatch } from "../messages/message.ts";

/** A version that a committee of a round has to measure. */
export interface Assignment {
  readonly modelId: bigint;
  readonly versionId: Hex;
  readonly digest: Hex;
  readonly manifestUri: string;
}

/** A model's current version, and what decides whether it is measured. */
export interface Candidate extends Assignment {
  readonly memory: Memory;
  readonly stake: DueQuestion["stake"];
  readonly paidThrough: bigint;
  readonly evaluatedUntil: bigint;
}

/** A round that a version may be measured in. */
export interface MeasuringRound {
  readonly roundId: bigint;
  /** Start of the round's epoch (unix seconds). */
  readonly epochStart: bigint;
  readonly policy: Policy;
}

/** The same with its seed. */
export interface DrawnRound extends MeasuringRound {
  readonly seed: Hex;
  /** Committees. */
  readonly shards: bigint;
  /** Lottery slots that were paid for. */
  readonly lotterySlots: bigint;
  /** Models that the lottery draws from. */
  readonly modelCount: bigint;
}

/** An assignment to one of a round's committees. */
export interface ShardAssignment extends Assignment {
  readonly shard: bigint;
}

const questionOf = (round: MeasuringRound, candidate: Candidate): DueQuestion => ({ ...candidate, ...round });

/**
 * What a round measures: models that the lottery drew and versions that are due (domain/due.ts), at most the policy's slots, and at
 * most a batch for each committee. Drawn models come first: their slots are theirs. Where the others are too many, those measured
 * longest ago have their turn, so that whoever pays is missed no longer than it takes to go round (see inTurnOf).
 * @param candidates Models as they stood at the end of the block that opened the round.
 */
export function versionsToMeasure(round: DrawnRound, candidates: readonly Candidate[]): ShardAssignment[] {
  const byModel = new Map(candidates.map((candidate) => [candidate.modelId, candidate]));
  const mayTakePart = (modelId: bigint) => {
    const candidate = byModel.get(modelId);
    return candidate !== undefined && mayDraw(questionOf(round, candidate));
  };
  const { seed, lotterySlots: slots, modelCount, policy } = round;
  const drawn = lotteryModels({ seed, slots, modelCount, mayTakePart }).flatMap((id) => byModel.get(id) ?? []);
  const due = candidates.filter((candidate) => isDue(questionOf(round, candidate)) && !drawn.includes(candidate));
  const places = max(1n, policy.slots - BigInt(drawn.length));
  const measured = [...drawn, ...inTurnOf(due, round, places)].slice(0, Number(policy.slots));
  return withinBatches(measured.map((candidate) => assign(candidate, round)));
}

/** Whether a round held now might measure anything. @param lottery Whether lottery slots can be paid for. */
export const isWorthOpening = (round: MeasuringRound, candidates: readonly Candidate[], lottery: boolean): boolean =>
  candidates.some((candidate) => {
    const question = questionOf(round, candidate);
    return isDue(question) || (lottery && mayDraw(question));
  });

/**
 * Those measured longest ago first, the seed among equals. A wait counts until everybody has had a turn, ⌈due/places⌉ rounds, and no
 * longer: a version that nobody can measure, or an id registered long ago and never measured, is one among equals then. Otherwise as
 * many of them as there are places would keep all others out for ever, at the price of a round.
 */
function inTurnOf(due: readonly Candidate[], { roundId, seed }: DrawnRound, places: bigint): Candidate[] {
  const aTurnAgo = roundId - ceilDiv(BigInt(due.length), places);
  const waiting = due.map((candidate) => ({
    candidate,
    since: max(aTurnAgo, candidate.memory.lastRound),
    ticket: keccakWords(seed, candidate.versionId),
  }));
  const isBefore = (a: (typeof waiting)[number], b: (typeof waiting)[number]) =>
    a.since === b.since ? a.ticket < b.ticket : a.since < b.since;
  return waiting.sort((a, b) => (isBefore(a, b) ? -1 : 1)).map(({ candidate }) => candidate);
}

const assign = ({ modelId, versionId, digest, manifestUri }: Candidate, round: DrawnRound): ShardAssignment => {
  return { modelId, versionId, digest, manifestUri, shard: shardOf(versionId, round.seed, round.shards) };
};

/** The first of each shard, as many as a batch carries. */
function withinBatches(assignments: readonly ShardAssignment[]): ShardAssignment[] {
  const counts = new Map<bigint, number>();
  return assignments.filter(({ shard }) => {
    const count = (counts.get(shard) ?? 0) + 1;
    counts.set(shard, count);
    return count <= maxResultsPerBatch;
  });
}
