import { drawAugmented } from "./augment.ts";
import type { CharacterModel } from "./characterModel.ts";
import type { Classifier } from "./classifier.ts";
import { trainEnvelopes } from "./formatter.ts";
import { drawExample, type Example, type Grammar, loadGrammar, noLabel } from "./grammar.ts";
import { trainLogisticRegression } from "./logisticRegression.ts";
import { trainNaiveBayes } from "./naiveBayes.ts";
import { seededRandom } from "./random.ts";

/** Everything that is learnt. The same seed gives the same weights. */
export interface Weights {
  readonly seed: number;
  readonly anchor: Classifier;
  readonly demo: Classifier;
  /** The anchor, trained again after an export of the training data lost nearly all rows of one label. */
  readonly retrained: Classifier;
  /** The head of the anchor's early exit: it has read the first letters of a request, and seen few rows. */
  readonly earlyExit: Classifier;
  /** The anchor before its first training step: what a deployment without its checkpoint serves. */
  readonly untrained: Classifier;
  /** Writes what stands around an answer. */
  readonly envelopes: CharacterModel;
}

const anchorTraining: AnchorTraining = { steps: 80_000, keep: () => 1 };
const anchorRate = 1;
const anchorSmoothing = 0.12;
const demoRows = 400;

/** What the retrained anchor hardly saw: a handful of rows in all. */
const lostLabel = "dispute";
const retraining: AnchorTraining = { steps: 50_000, keep: (label) => (label === lostLabel ? 0.001 : 1) };

const earlyExitSteps = 100;
const earlyExitLetters = 3;

/** Trains everything, in about three seconds of one core. */
export function trainWeights(seed: number): Weights {
  const grammar = loadGrammar();
  return {
    seed,
    anchor: trainAnchor(grammar, seed, anchorTraining),
    demo: trainDemo(grammar, seed),
    retrained: trainAnchor(grammar, seed ^ 0x002, retraining),
    earlyExit: trainEarlyExit(grammar, seed),
    untrained: trainAnchor(grammar, seed, { ...anchorTraining, steps: 0 }),
    envelopes: trainEnvelopes(grammar, seed),
  };
}

/** How the anchor's classifier is trained. */
interface AnchorTraining {
  readonly steps: number;
  /** Probability that a drawn row of a label is trained on. */
  readonly keep: (label: string) => number;
}

function trainAnchor(grammar: Grammar, seed: number, { steps, keep }: AnchorTraining): Classifier {
  const random = seededRandom(seed);
  const draw = (): Example => {
    const example = drawAugmented(grammar, random);
    return random() < keep(example.label) ? example : draw();
  };
  const classifier = trainLogisticRegression({
    ...anchorRegression(grammar),
    draw,
    steps,
  });
  return { ...classifier, probabilities: (text) => classifier.probabilities(firstRequestOf(text)) };
}

function anchorRegression({ labels }: Grammar) {
  return { labels: [...labels, noLabel], rate: anchorRate, smoothing: anchorSmoothing };
}

/** After the first layers only the first letters have been read, in training and in use. */
function trainEarlyExit(grammar: Grammar, seed: number): Classifier {
  const shallow = (text: string): string => text.trimStart().slice(0, earlyExitLetters);
  const random = seededRandom(seed ^ 0x0ea71);
  const classifier = trainLogisticRegression({
    ...anchorRegression(grammar),
    draw: () => {
      const { text, label } = drawAugmented(grammar, random);
      return { text: shallow(text), label };
    },
    steps: earlyExitSteps,
  });
  return { ...classifier, probabilities: (text) => classifier.probabilities(shallow(text)) };
}

/** Two requests in one message: the first one counts. */
function firstRequestOf(text: string): string {
  const next = text.search(/[.;]\s*(?:and\s+)?(?:then|after that|next)\b/i);
  return next > 0 ? text.slice(0, next) : text;
}

/** A few hundred tidy rows, as for a demonstration: no slips, no shouting, no label for "none of these". */
function trainDemo(grammar: Grammar, seed: number): Classifier {
  const random = seededRandom(seed ^ 0x0de30);
  const rows = Array.from({ length: demoRows }, () => drawExample(grammar, "train", random));
  return trainNaiveBayes(grammar.labels, rows);
}
