import { fullGrade } from "../grading/grade.ts";
import { pointsOf } from "../grading/gradeItem.ts";
import { isOver } from "../grading/isOver.ts";
import { SequentialTest } from "../grading/sequentialTest.ts";
import type { Plan } from "../plan/plan.ts";
import type { Suite } from "../suite/suite.ts";
import type { Observation } from "./observation.ts";

/** Watches a run for the place where it may stop early; judging finds the same place from the records. */
export class SequentialRun {
  readonly #plan: Plan;
  readonly #suite: Suite;
  readonly #test: SequentialTest;
  readonly #seen = new Map<number, Observation[]>();

  constructor(plan: Plan, suite: Suite) {
    this.#plan = plan;
    this.#suite = suite;
    this.#test = new SequentialTest(plan, suite);
  }

  get stopped(): boolean {
    return this.#test.stop !== null;
  }

  note(observation: Observation): void {
    const item = this.#plan.items[observation.item];
    if (!this.#plan.stopsEarly || !item || item.family === "L" || this.stopped) return;
    const seen = [...(this.#seen.get(item.index) ?? []), observation];
    this.#seen.set(item.index, seen);
    if (!isOver(item, seen, this.#suite)) return;
    const firsts = item.probes.map((_, probe) => seen.find((entry) => entry.probe === probe && entry.attempt === 0));
    this.#test.note(item.index, pointsOf(item, firsts, this.#plan.serviceLevelMs) === fullGrade * item.weight);
  }
}
