import type { Probe } from "../plan/probe.ts";
import type { FailureClass } from "../transport/failure.ts";
import { type RawReply, readCompletion } from "../transport/readCompletion.ts";
import { fullGrade } from "./grade.ts";
import { gradeReply, readsRight } from "./gradeReply.ts";
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
  /** Whether a lenient reader would have found the right answer; true whenever the grade is full. Looked for in repeat probes only. */
  readonly isLooselyRight: boolean;
}

const nothing = { answer: null, grade: 0, inventions: [], cleanup: null, isLooselyRight: false } as const;

/** Where a reply stands in the run. */
export interface Circumstance {
  readonly family: string;
  /** From sending to the last byte. */
  readonly elapsedMicros: number;
}

export function assess(probe: Probe, reply: RawReply, { family, elapsedMicros }: Circumstance): Assessment {
  const { text, failure } = readCompletion(reply);
  if (failure !== null) return { ...nothing, failure, text };
  const graded = gradeReply(probe, text, elapsedMicros);
  const isLooselyRight = graded.grade === fullGrade || (family === "R" && readsRight(probe, text));
  const assessment = { ...nothing, failure, text, ...graded, isLooselyRight };
  // Assertions say what must hold, not what the right reply looks like.
  if (family !== "J" || probe.grader === "assertions") return assessment;
  return { ...assessment, inventions: inventionsIn(probe, text), cleanup: cleanupCost(probe, text) };
}
