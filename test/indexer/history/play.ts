import { boardActs } from "./boardActs.ts";
import type { History } from "./History.ts";
import { recordActs } from "./recordActs.ts";
import { stakeActs } from "./stakeActs.ts";

const drawn = [...stakeActs, ...recordActs, ...boardActs].flatMap(([times, act]) =>
  Array.from({ length: times }, () => act),
);

/** So many things that anybody might do next; some are refused. */
export async function play(history: History, acts: number): Promise<void> {
  for (let i = 0; i < acts; i += 1) await history.attempt(history.random.pick(drawn));
}
