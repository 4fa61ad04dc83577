import { type Classifier, softmax } from "./classifier.ts";
import { createFeatureExtractor, featureBuckets } from "./features.ts";
import type { Example } from "./grammar.ts";

/** How the regression is trained. */
export interface LogisticTraining {
  readonly labels: readonly string[];
  /** Draws the next row; rows are used once, so the stream is as varied as its source. */
  readonly draw: () => Example;
  /** Gradient steps, one row each. */
  readonly steps: number;
  /** First step size; it falls linearly to a tenth. */
  readonly rate: number;
  /** Probability taken from the true label and spread over all: keeps the softmax honest about its doubt. */
  readonly smoothing: number;
}

/** Multinomial logistic regression over hashed features, trained by stochastic gradient descent. */
export function trainLogisticRegression(training: LogisticTraining): Classifier {
  const { labels, steps, rate, smoothing } = training;
  const extractor = createFeatureExtractor();
  const weights = new Float32Array(featureBuckets * labels.length);
  const scores = new Float64Array(labels.length);
  const places = new Map(labels.map((label, index) => [label, index]));
  for (let step = 0; step < steps; step++) {
    const { text, label } = training.draw();
    const features = extractor.extract(text);
    const errors = score(weights, features, scores);
    const truth = places.get(label) ?? 0;
    for (let index = 0; index < errors.length; index++) {
      errors[index] = (errors[index] ?? 0) - smoothing / labels.length - (index === truth ? 1 - smoothing : 0);
    }
    descend(weights, features, errors, rate * (1 - (0.9 * step) / steps));
  }
  return { labels, probabilities: (text) => score(weights, extractor.extract(text), scores) };
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
