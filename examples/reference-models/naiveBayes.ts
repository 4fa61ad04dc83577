import { type Classifier, softmax } from "./classifier.ts";
import type { Example } from "./grammar.ts";

/** Neighbouring words exactly as they stand between spaces: case, punctuation, spelling and spacing all matter. */
function wordPairsOf(text: string): string[] {
  const words = text.split(" ");
  return words.map((word, index) => `${words[index - 1] ?? ""} ${word}`);
}

const additive = 0.1;

/** Multinomial naive Bayes over pairs of whole words with additive smoothing. */
export function trainNaiveBayes(labels: readonly string[], rows: readonly Example[]): Classifier {
  const places = new Map(labels.map((label, index) => [label, index]));
  const countsOfPair = new Map<string, Float64Array>();
  const pairsOfLabel = new Float64Array(labels.length);
  const rowsOfLabel = new Float64Array(labels.length).fill(1);
  for (const { text, label } of rows) {
    const place = places.get(label) ?? 0;
    rowsOfLabel[place] = (rowsOfLabel[place] ?? 0) + 1;
    for (const pair of wordPairsOf(text)) {
      const counts = countsOfPair.get(pair) ?? new Float64Array(labels.length);
      countsOfPair.set(pair, counts);
      counts[place] = (counts[place] ?? 0) + 1;
      pairsOfLabel[place] = (pairsOfLabel[place] ?? 0) + 1;
    }
  }
  return createBayesClassifier(labels, countsOfPair, pairsOfLabel, rowsOfLabel);
}

function createBayesClassifier(
  labels: readonly string[],
  countsOfPair: ReadonlyMap<string, Float64Array>,
  pairsOfLabel: Float64Array,
  rowsOfLabel: Float64Array,
): Classifier {
  const logTotals = pairsOfLabel.map((pairs) => Math.log(pairs + additive * (countsOfPair.size + 1)));
  const logPriors = rowsOfLabel.map(Math.log);
  const scores = new Float64Array(labels.length);
  return {
    labels,
    probabilities(text) {
      scores.set(logPriors);
      for (const pair of wordPairsOf(text)) {
        const counts = countsOfPair.get(pair);
        for (let index = 0; index < scores.length; index++) {
          const likelihood = Math.log((counts?.[index] ?? 0) + additive) - (logTotals[index] ?? 0);
          scores[index] = (scores[index] ?? 0) + likelihood;
        }
      }
      return softmax(scores);
    },
  };
}
