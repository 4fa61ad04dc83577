import type { Classifier } from "./classifier.ts";
import { createFeatureExtractor, featureBuckets } from "./features.ts";
import type { Example } from "./grammar.ts";
import { type RegressionTraining, trainSoftmaxRegression } from "./softmaxRegression.ts";

/** How a text classifier is trained. */
export interface LogisticTraining extends Pick<RegressionTraining, "steps" | "rate" | "smoothing"> {
  readonly labels: readonly string[];
  /** Draws the next row; rows are used once, so the stream is as varied as its source. */
  readonly draw: () => Example;
}

/** Multinomial logistic regression over the letters and words of a text. */
export function trainLogisticRegression({ labels, draw, ...training }: LogisticTraining): Classifier {
  const extractor = createFeatureExtractor();
  const places = new Map(labels.map((label, index) => [label, index]));
  const regression = trainSoftmaxRegression({
    ...training,
    buckets: featureBuckets,
    classes: labels.length,
    draw: () => {
      const { text, label } = draw();
      return { features: extractor.extract(text), truth: places.get(label) ?? 0 };
    },
  });
  return { labels, probabilities: (text) => regression(extractor.extract(text)) };
}
