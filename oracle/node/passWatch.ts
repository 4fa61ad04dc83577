import type { Logger } from "pino";
import type { NodeMetrics } from "./metrics.ts";

/** What a pass of the node's loop does, in its order. */
export type PassStep = "chain" | "keeper" | "court" | "rounds" | "fees" | "forgetting" | "history";

/** A pass that takes longer than any should. */
export interface OverduePass {
  /** What it is at. */
  readonly step: PassStep;
  /** Since it began. */
  readonly seconds: number;
}

/** Notices a pass that does not end: what only hangs throws nothing, and would be told by nothing but silence. */
export interface PassWatch {
  begin(): void;
  at(step: PassStep): void;
  end(wentThrough: boolean): void;
  /** To be called once a second: seconds in which the process was stopped, or the machine slept, are no pass's fault. */
  tick(): void;
  overdue(): OverduePass | undefined;
}

/** What the slowest endpoints and boards take together is less. */
export const longestPassSeconds = 120;

export function createPassWatch({ passAge }: Pick<NodeMetrics, "passAge">, log: Pick<Logger, "error">): PassWatch {
  let step: PassStep | undefined;
  let seconds = 0;
  let age = 0;

  const overdue = (): OverduePass | undefined =>
    step !== undefined && seconds >= longestPassSeconds ? { step, seconds } : undefined;

  return {
    begin() {
      step = "chain";
      seconds = 0;
    },
    at(next) {
      step = next;
    },
    end(wentThrough) {
      step = undefined;
      if (wentThrough) age = 0;
      passAge.set(age);
    },
    tick() {
      age += 1;
      seconds += 1;
      passAge.set(age);
      if (overdue() && seconds === longestPassSeconds)
        log.error({ step, seconds }, "the pass over chain and boards does not end: nothing else is done meanwhile");
    },
    overdue,
  };
}
