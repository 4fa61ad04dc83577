import type { Probe } from "./probe.ts";

/** What a user of a task might say, and the ways to ask a model for it. */
export interface Question {
  /** The request. */
  readonly text: string;
  /** Words of the request that no typo may touch: with another letter they would mean another thing. */
  readonly keep: readonly string[];
  /** Whether its words cannot vary, so that P has nothing to ask. */
  readonly isFixed?: boolean;
  /** The plain way, with `text` as the request and a line put before it. */
  plain(text: string, stratum: string, salt?: Salt): Probe;
  /** Under the task's `turn`-th answer contract; they take turns. */
  format(turn: number): Probe;
}

/** An inert line that no cache has seen. */
export interface Salt {
  readonly salt: string;
  readonly line: string;
}
