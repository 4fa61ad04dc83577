import { EvaluationError } from "../evaluationError.ts";

/** Eight counters of 32 bits in one word: a lane per family in the order of `families`, and lane 7 for retries (sums) and items (counts). */
export type Lanes = readonly number[];

export const laneCount = 8;
const laneBits = 32n;
const laneLimit = 2 ** 32;

/** A lane would not fit: its total would spill into the next one. */
export class LaneOverflowError extends EvaluationError {
  constructor(lane: number, value: number) {
    super(`evidence tree: lane ${lane} holds ${value}, not an integer below 2^32; the suite asks for too many items`);
  }
}

/** Lanes with these values, by number; 0 in the others. */
export function lanesOf(values: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: laneCount }, (_, lane) => values[lane] ?? 0);
}

export function packLanes(lanes: Lanes): bigint {
  let word = 0n;
  for (let lane = laneCount - 1; lane >= 0; lane--)
    word = (word << laneBits) | BigInt(checkLane(lane, lanes[lane] ?? 0));
  return word;
}

export function unpackLanes(word: bigint): number[] {
  return Array.from({ length: laneCount }, (_, lane) => Number((word >> (laneBits * BigInt(lane))) & 0xffff_ffffn));
}

export function addLanes(left: Lanes, right: Lanes): number[] {
  return Array.from({ length: laneCount }, (_, lane) => checkLane(lane, (left[lane] ?? 0) + (right[lane] ?? 0)));
}

function checkLane(lane: number, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= laneLimit) throw new LaneOverflowError(lane, value);
  return value;
}
