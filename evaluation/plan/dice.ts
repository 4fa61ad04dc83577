import { EvaluationError } from "../evaluationError.ts";

/** A plan asked one draw for more than it holds. The plan of a suite that passed its check never does. */
export class DiceExhaustedError extends EvaluationError {
  constructor(used: bigint) {
    super(`plan: one draw was split into ${used} outcomes, more than 2^192; make the suite's lists shorter`);
  }
}

/** Outcomes one draw may be split into: of 256 random bits 64 remain, so that the bias of the modulo stays below 2^-64. */
const maxOutcomes = 1n << 192n;

/**
 * Small choices out of one 256-bit draw, as the digits of a number in mixed radix: `u mod n`, then `(u div n) mod m`, and so on.
 * One keccak a probe item instead of one a choice.
 */
export class Dice {
  #rest: bigint;
  #used = 1n;

  constructor(draw: bigint) {
    this.#rest = draw;
  }

  /** An integer 0..sides−1. */
  roll(sides: number): number {
    const radix = BigInt(sides);
    this.#used *= radix;
    if (this.#used > maxOutcomes) throw new DiceExhaustedError(this.#used);
    const digit = this.#rest % radix;
    this.#rest /= radix;
    return Number(digit);
  }

  pick<T>(options: readonly T[]): T {
    const option = options[this.roll(options.length)];
    if (option === undefined) throw new EvaluationError("plan: cannot pick from an empty list");
    return option;
  }

  /** Fisher–Yates from the end; the input stays as it is. */
  shuffle<T>(values: readonly T[]): T[] {
    const shuffled = [...values];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.roll(last + 1);
      const [a, b] = [shuffled[last], shuffled[other]];
      if (a === undefined || b === undefined) continue;
      shuffled[last] = b;
      shuffled[other] = a;
    }
    return shuffled;
  }
}
