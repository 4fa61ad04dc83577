/** A true rate of a round and its chance. */
export interface Node {
  readonly rate: number;
  readonly chance: number;
}

/**
 * A rate that is not the same every round: Beta with this mean and variance correlation·mean·(1 − mean), as nodes. What all evaluators
 * of a round see together is then over-dispersed by that intra-class correlation (beta-binomial). Midpoints over the angle
 * θ with rate = sin²θ, where the density is smooth for all shapes of 1/2 and more.
 * @param correlation 0: no drift.
 */
export function drift(mean: number, correlation: number, nodes = 300): Node[] {
  if (correlation === 0 || mean <= 0 || mean >= 1) return [{ rate: mean, chance: 1 }];
  const size = (1 - correlation) / correlation;
  const [a, b] = [mean * size, (1 - mean) * size];
  const angles = Array.from({ length: nodes }, (_, i) => ((i + 0.5) * Math.PI) / (2 * nodes));
  const logs = angles.map((angle) => (2 * a - 1) * Math.log(Math.sin(angle)) + (2 * b - 1) * Math.log(Math.cos(angle)));
  const top = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - top));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return angles.map((angle, i) => ({ rate: Math.sin(angle) ** 2, chance: (weights[i] ?? 0) / total }));
}
