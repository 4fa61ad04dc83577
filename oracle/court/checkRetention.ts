import { RefusedStart } from "../service/refusedStart.ts";
import { type Clocks, evidenceEpochs } from "./clocks.ts";

/**
 * Whether evidence would be kept as long as it may be asked for.
 * @throws RefusedStart when retainRounds is shorter than a challenge or a dispute can take
 */
export function checkRetention(clocks: Clocks, freezeWindow: bigint, retainRounds: number): void {
  const needed = evidenceEpochs(clocks, freezeWindow);
  if (BigInt(retainRounds) >= needed) return;
  throw new RefusedStart(
    `retainRounds is ${retainRounds}, but evidence can be asked for in a challenge or a dispute for ${needed} rounds: ` +
      `set retainRounds to ${needed} or more, or the seat may lose a part of its bond`,
  );
}
