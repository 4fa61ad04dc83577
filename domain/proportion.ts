/** Passes out of trials, in any common unit. */
export interface Proportion {
  readonly passed: bigint;
  readonly trials: bigint;
}

/**
 * Whether two measured rates differ by more than chance explains, by the pooled two-proportion test in integers:
 * (x1·n2 − x2·n1)²·(n1 + n2) > z²·(x1 + x2)·(n1 + n2 − x1 − x2)·n1·n2. Twin of contracts/libraries/ProportionLib.sol (differ).
 */
export function proportionsDiffer(first: Proportion, second: Proportion, z2: bigint): boolean {
  const [x1, n1, x2, n2] = [first.passed, first.trials, second.passed, second.trials];
  const passed = x1 + x2;
  const trials = n1 + n2;
  return (x1 * n2 - x2 * n1) ** 2n * trials > z2 * passed * (trials - passed) * n1 * n2;
}
