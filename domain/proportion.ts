/** A measured rate and the evidence behind it. */
export interface Proportion {
  /** At most 10,000. */
  readonly scoreBps: bigint;
  /** items · shareBps: the items behind the rate, unit 1/10,000 item. */
  readonly itemsShare: bigint;
}

/**
 * Whether two measured rates differ by more than chance explains, by the pooled two-proportion test:
 * (x1·n2 − x2·n1)²·(n1 + n2) > z²·(x1 + x2)·(n1 + n2 − x1 − x2)·n1·n2, where x = rate·n, exact in integers after dividing by n1·n2.
 * Rates without evidence never differ. Twin of contracts/libraries/ProportionLib.sol (differ).
 */
export function proportionsDiffer(first: Proportion, second: Proportion, z2: bigint): boolean {
  const items = first.itemsShare + second.itemsShare;
  const successes = first.scoreBps * first.itemsShare + second.scoreBps * second.itemsShare;
  const between = first.itemsShare * second.itemsShare * (first.scoreBps - second.scoreBps) ** 2n * items;
  return between > z2 * 10_000n * successes * (10_000n * items - successes);
}
