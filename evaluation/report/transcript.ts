import type { FailureClass } from "../transport/failure.ts";

/** How an item came out, for people. */
export const outcomes = ["right", "partly", "wrong", "failed", "uncounted"] as const;
export type Outcome = (typeof outcomes)[number];

/** Every item of a run with what was asked and answered. Texts are numbers: places in `texts`. */
export interface Transcript {
  readonly texts: readonly string[];
  readonly items: readonly TranscriptItem[];
}

export interface TranscriptItem {
  readonly index: number;
  readonly family: string;
  readonly outcome: Outcome;
  /** 0..10000. */
  readonly grade: number;
  /** Why it has that grade. */
  readonly reason: string;
  readonly probes: readonly TranscriptProbe[];
}

export interface TranscriptProbe {
  readonly stratum: string;
  readonly prompt: number;
  /** The reply that is right, to the letter; null for a turn that is not graded. */
  readonly expected: number | null;
  readonly attempts: readonly TranscriptAttempt[];
}

export interface TranscriptAttempt {
  /** The line of the blob that holds it, from 1. */
  readonly line: number;
  readonly reply: number;
  /** Read out of the reply; null when there was none to read. */
  readonly answer: string | null;
  readonly grade: number;
  readonly failure: FailureClass | null;
  readonly detail: string | null;
  readonly status: number | null;
  /** What nobody asked for. */
  readonly inventions: readonly string[];
  /** From sending to the end, microseconds. */
  readonly took: number;
}
