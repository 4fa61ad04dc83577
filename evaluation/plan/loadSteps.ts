/** The three loads of family L, in sending order: share of the declared rate (bps), and weight in the score. */
export const loadSteps = [
  { stratum: "load-25", shareBps: 2_500, weight: 1 },
  { stratum: "load-50", shareBps: 5_000, weight: 2 },
  { stratum: "load-100", shareBps: 10_000, weight: 3 },
] as const;

export type LoadStratum = (typeof loadSteps)[number]["stratum"];

/** Weight of a load item: those of its three requests together. */
export const loadWeight = loadSteps.reduce((sum, { weight }) => sum + weight, 0);
