import { integerBelow, type Random } from "../../../examples/reference-models/random.ts";

/** Where in a round a node is when it dies. */
export const moments = ["evaluate", "commit", "reveal", "cosign", "send", "receipt"] as const;
export type Moment = (typeof moments)[number];

/** Requests of a kind that pass at most before the next one is deadly: few kinds come often. */
const longestWait: Record<Moment, number> = { evaluate: 30, commit: 9, reveal: 9, cosign: 4, send: 2, receipt: 4 };

/** Decides which request of a node is its last. */
export interface KillOrders {
  /** Asked for each request of a kind; undefined lets it live. `after`: whether the request gets through. */
  strikes(moment: Moment): { readonly after: boolean } | undefined;
  /** How many died, by moment. */
  readonly kills: ReadonlyMap<Moment, number>;
  /** How many died in all. */
  total(): number;
}

/** @param most Kills; there are no more orders after that. */
export function createKillOrders(random: Random, most: number): KillOrders {
  const draw = (moment: Moment) => integerBelow(random, longestWait[moment] + 1);
  const waits = new Map(moments.map((moment) => [moment, draw(moment)]));
  const kills = new Map<Moment, number>(moments.map((moment) => [moment, 0]));
  const total = (): number => [...kills.values()].reduce((sum, count) => sum + count, 0);
  return {
    kills,
    total,
    strikes(moment) {
      if (total() >= most) return undefined;
      const wait = waits.get(moment) ?? 0;
      waits.set(moment, wait > 0 ? wait - 1 : draw(moment));
      if (wait > 0) return undefined;
      kills.set(moment, (kills.get(moment) ?? 0) + 1);
      return { after: random() < 0.5 };
    },
  };
}
