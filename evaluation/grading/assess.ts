import type { Probe } from "../plan/probe.ts";
import type { FailureClass } from "../transport/failure.ts";
import { type RawReply, readCompletion } from "../transport/readCompletion.ts";
import { gradeReply } from "./gradeReply.ts";
import { cleanupCost, type InventionKind, inventionsIn } from "./inventions.ts";

/** All that follows from one reply: the run derives it to write the record, a replay derives it again to check the record. */
export interface Assessment {
  readonly failure: FailureClass | null;
  /** The model's text; null when the attempt failed. */
  readonly text: string | null;
  readonly answer: string | null;
  /** 0..10000 bps. */
  readonly grade: number;
  /** Format probes only. */
  readonly inventions: readonly InventionKind[];
  /** Format probes only: edits from the reply to what was asked for. */
  readonly cleanup: number | null;
}

export function assess(probe: Probe, reply: RawReply, family: string): Assessment {
  const { text, failure } = readCompletion(reply);
  if (failure !== null) return { failure, text: null, answer: null, grade: 0, inventions: [], cleanup: null };
  const graded = gradeReply(probe, text);
  if (family !== "J") return { failure, text, ...graded, inventions: [], cleanup: null };
  return { failure, text, ...graded, inventions: inventionsIn(probe, text), cleanup: cleanupCost(probe, text) };
}
