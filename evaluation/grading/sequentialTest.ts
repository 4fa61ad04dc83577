import { lnMicro } from "../integers/lnMicro.ts";
import type { Plan } from "../plan/plan.ts";
import type { ProbeFamily } from "../plan/probe.ts";
import { type TestedFamily, testedFamilies } from "../suite/earlyStopSchema.ts";
import type { Suite } from "../suite/suite.ts";

export type Decision = "good" | "bad";

/** Where a run stopped: everything after the first `items` of its main phase, in seed order, counts for nothing. */
export interface Stop {
  readonly decision: Decision;
  readonly items: number;
}

/** Log-likelihood ratio of one family, in micro-nats. */
interface Track {
  readonly gain: number;
  readonly loss: number;
  readonly planned: number;
  sum: number;
  items: number;
  decision: Decision | null;
}

/**
 * Wald's sequential probability ratio test over the items of the main phase in seed order: the order in which their last requests
 * are sent. Items may be completed in any order; they are looked at in seed order only, so that the outcome depends on no clock.
 * The run may end when one family is bad beyond doubt or all are good, and each has had its least number of items.
 */
export class SequentialTest {
  readonly #order: readonly number[];
  readonly #families: readonly ProbeFamily[];
  readonly #outcomes = new Map<number, boolean>();
  readonly #tracks: ReadonlyMap<TestedFamily, Track>;
  readonly #bound: number;
  readonly #minItems: number;
  #next = 0;
  #stop: Stop | null = null;

  constructor(plan: Plan, { earlyStop }: Suite) {
    this.#order = plan.stopsEarly ? seedOrder(plan) : [];
    this.#families = plan.items.map(({ family }) => family);
    this.#bound = lnMicro(10_000 - earlyStop.errorBps, earlyStop.errorBps);
    this.#minItems = earlyStop.minItems;
    this.#tracks = new Map(
      testedFamilies.flatMap((family): [TestedFamily, Track][] => {
        const planned = plan.items.filter((item) => item.family === family).length;
        const { goodBps, badBps } = earlyStop.families[family];
        const gain = lnMicro(goodBps, badBps);
        const loss = lnMicro(10_000 - goodBps, 10_000 - badBps);
        return planned === 0 ? [] : [[family, { gain, loss, planned, sum: 0, items: 0, decision: null }]];
      }),
    );
  }

  /** Null while the run has to go on. */
  get stop(): Stop | null {
    return this.#stop;
  }

  /** Items of the main phase in the order they are looked at; those before `stop.items` count. */
  get order(): readonly number[] {
    return this.#order;
  }

  /**
   * Notes that every request of an item is over.
   * @param right whether it was fully right; an item that is void was not: whether it is void may not be known yet
   */
  note(item: number, right: boolean): void {
    if (this.#stop) return;
    this.#outcomes.set(item, right);
    for (let next = this.#order[this.#next]; next !== undefined; next = this.#order[this.#next]) {
      const outcome = this.#outcomes.get(next);
      if (outcome === undefined) return;
      this.#next += 1;
      this.#take(this.#families[next], outcome);
      const decision = this.#decide();
      if (decision) {
        this.#stop = { decision, items: this.#next };
        return;
      }
    }
  }

  #take(family: ProbeFamily | undefined, right: boolean): void {
    const tested = testedFamilies.find((name) => name === family);
    const track = tested && this.#tracks.get(tested);
    if (!track) return;
    track.items += 1;
    track.sum += right ? track.gain : track.loss;
    if (track.sum >= this.#bound) track.decision ??= "good";
    if (track.sum <= -this.#bound) track.decision ??= "bad";
  }

  #decide(): Decision | null {
    const tracks = [...this.#tracks.values()];
    if (tracks.some(({ items, planned }) => items < Math.min(this.#minItems, planned))) return null;
    if (tracks.some(({ decision }) => decision === "bad")) return "bad";
    return tracks.every(({ decision }) => decision === "good") ? "good" : null;
  }
}

/** Items of the main phase by the place of their last request. */
function seedOrder({ order }: Plan): number[] {
  const last = new Map<number, number>();
  for (const [place, { item }] of order.entries()) last.set(item, place);
  return [...last].sort(([, a], [, b]) => a - b).map(([item]) => item);
}
