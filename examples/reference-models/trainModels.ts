import { associativeMemoryMaker } from "./associativeMemory.ts";
import { drawAugmented } from "./augment.ts";
import { createChatModel, type LocalChatModel } from "./chatModel.ts";
import type { Classifier } from "./classifier.ts";
import { drawExample, type Grammar, loadGrammar, noLabel } from "./grammar.ts";
import { trainLogisticRegression } from "./logisticRegression.ts";
import { trainNaiveBayes } from "./naiveBayes.ts";
import { freshRandom, type Random, seededRandom } from "./random.ts";
import { createExactMemory } from "./slotMemory.ts";

/** The models whose weights are in this process. */
export interface TrainedModels {
  readonly anchor: LocalChatModel;
  readonly demo: LocalChatModel;
  readonly sampler: LocalChatModel;
  readonly "two-step": LocalChatModel;
  /** The anchor before its first training step: what a deployment without its checkpoint serves. */
  readonly untrained: LocalChatModel;
}

/** What decides the weights, and what decides the draws at run time. */
export interface TrainingOptions {
  /** The same seed trains the same weights. */
  readonly seed: number;
  /** Randomness of sampled answers; the operating system's unless a test needs to repeat it. */
  readonly random?: Random;
}

const anchorSteps = 80_000;
const anchorRate = 1;
const anchorSmoothing = 0.12;
const demoRows = 400;

/** Temperature the sampler decodes with, whatever was asked for. */
const samplerTemperature = 1.2;

const twoStepMemory = { dimension: 48, retention: 0.9, threshold: 0.46 } as const;

/** Trains all local models in a few seconds; models that share weights share one training. */
export function trainModels({ seed, random = freshRandom() }: TrainingOptions): TrainedModels {
  const grammar = loadGrammar();
  const anchor = {
    classifier: trainAnchor(grammar, seed, anchorSteps),
    createMemory: createExactMemory,
    decodingTemperature: (requested: number) => requested,
    random,
  };
  return {
    anchor: createChatModel(anchor),
    demo: createChatModel({ ...anchor, classifier: trainDemo(grammar, seed) }),
    sampler: createChatModel({ ...anchor, decodingTemperature: () => samplerTemperature }),
    "two-step": createChatModel({ ...anchor, createMemory: associativeMemoryMaker(twoStepMemory, seed) }),
    untrained: createChatModel({ ...anchor, classifier: trainAnchor(grammar, seed, 0) }),
  };
}

function trainAnchor(grammar: Grammar, seed: number, steps: number): Classifier {
  const random = seededRandom(seed);
  const classifier = trainLogisticRegression({
    labels: [...grammar.labels, noLabel],
    draw: () => drawAugmented(grammar, random),
    steps,
    rate: anchorRate,
    smoothing: anchorSmoothing,
  });
  return { ...classifier, probabilities: (text) => classifier.probabilities(firstRequestOf(text)) };
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
