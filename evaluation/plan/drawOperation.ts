import type { Dice } from "./dice.ts";

/** Draws by weight among what is possible now; the last one when every weight is 0. */
export function drawOperation<Operation extends string>(
  dice: Dice,
  possible: readonly [...(readonly [Operation, number])[], readonly [Operation, number]],
): Operation {
  const total = possible.reduce((sum, [, weight]) => sum + weight, 0);
  let point = dice.roll(Math.max(1, total));
  for (const [operation, weight] of possible) {
    if (point < weight) return operation;
    point -= weight;
  }
  const [last] = possible[possible.length - 1] ?? possible[0];
  return last;
}
