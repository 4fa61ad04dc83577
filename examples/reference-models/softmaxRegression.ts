import { softmax } from "./classifier.ts";

/** One training row: its features, each below the number of buckets, and its class. */
export interface Row {
  readonly features: Uint16Array;
  readonly truth: number;
}

/** How a regression is trained. */
export interface RegressionTraining {
  readonly buckets: number;
  readonly classes: number;
  /** Draws the next row; rows are used once, so the stream is as varied as its source. */
  readonly draw: () => Row;
  /** Gradient steps, one row each. */
  readonly steps: number;
  /** First step size; it falls linearly to a tenth. */
  readonly rate: number;
  /** Probability taken from the true class and spread over all: keeps the softmax honest about its doubt. */
  readonly smoothing: number;
}

/** Probabilities of the classes, summing to 1. The array is reused by the next call. */
export type Regression = (features: Uint16Array) => Float64Array;

/** Multinomial logistic regression over sets of hashed features, trained by stochastic gradient descent. */
export function trainSoftmaxRegression(training: RegressionTraining): Regression {
  const { classes, steps, rate, smoothing } = training;
  const weights = new Float32Array(training.buckets * classes);
  const scores = new Float64Array(classes);
  for (let step = 0; step < steps; step++) {
    const { features, truth } = training.draw();
    const errors = score(weights, features, scores);
    for (let index = 0; index < classes; index++) {
      errors[index] = (errors[index] ?? 0) - smoothing / classes - (index === truth ? 1 - smoothing : 0);
    }
    descend(weights, features, errors, rate * (1 - (0.9 * step) / steps));
  }
  return (features) => score(weights, features, scores);
}

function descend(weights: Float32Array, features: Uint16Array, errors: Float64Array, rate: number): void {
  const classes = errors.length;
  const scale = rate / Math.sqrt(features.length || 1);
  for (let index = 0; index < classes; index++) errors[index] = scale * (errors[index] ?? 0);
  for (const feature of features) {
    const at = feature * classes;
    for (let index = 0; index < classes; index++)
      weights[at + index] = (weights[at + index] ?? 0) - (errors[index] ?? 0);
  }
}

/** Scores are the weights of the features summed, over the root of their number: long and short texts compare. */
function score(weights: Float32Array, features: Uint16Array, scores: Float64Array): Float64Array {
  const classes = scores.length;
  scores.fill(0);
  for (const feature of features) {
    const at = feature * classes;
    for (let index = 0; index < classes; index++) scores[index] = (scores[index] ?? 0) + (weights[at + index] ?? 0);
  }
  const scale = 1 / Math.sqrt(features.length || 1);
  for (let index = 0; index < classes; index++) scores[index] = (scores[index] ?? 0) * scale;
  return softmax(scores);
}
