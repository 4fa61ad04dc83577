/** Reads a request and says how likely each label is. */
export interface Classifier {
  /** The labels, in the order of the probabilities. */
  readonly labels: readonly string[];
  /** One probability a label, summing to 1. The array is reused by the next call. */
  probabilities(text: string): Float64Array;
}

/** Turns scores into probabilities in place. */
export function softmax(scores: Float64Array): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) highest = Math.max(highest, score);
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const power = Math.exp((scores[index] ?? 0) - highest);
    scores[index] = power;
    sum += power;
  }
  for (let index = 0; index < scores.length; index++) scores[index] = (scores[index] ?? 0) / sum;
  return scores;
}

/** Index of the largest number; the first one of equals. */
export function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  return best;
}

/** Chooses one of the classes: the likeliest, or drawn. */
export type Choice = (probabilities: Float64Array) => number;
