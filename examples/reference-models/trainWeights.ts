import type { Extraction } from "../../evaluation/suite/extraction.ts";
import { drawAugmented } from "./augment.ts";
import type { CharacterModel } from "./characterModel.ts";
import type { Classifier } from "./classifier.ts";
import { createExtractionSkill, memorisedFields, taggedFields } from "./extractionSkill.ts";
import { trainEnvelopes } from "./formatter.ts";
import { type Augmentation, drawExample, type Example, type Grammar, type Lessons } from "./grammar.ts";
import { createLabelSkill, firstRequestReader } from "./labelSkill.ts";
import { trainLogisticRegression } from "./logisticRegression.ts";
import { trainNaiveBayes } from "./naiveBayes.ts";
import { seededRandom } from "./random.ts";
import type { Skill } from "./skill.ts";
import { drawTaggedRequest } from "./taggedRequest.ts";
import { type Tagger, trainTagger } from "./tagger.ts";
import { createTurnReader, type TurnReader } from "./turns.ts";

/** Everything that is learnt. The same seed gives the same weights. */
export interface Weights {
  readonly seed: number;
  readonly anchor: readonly Skill[];
  readonly demo: readonly Skill[];
  /** The anchor, trained again after an export of the training data lost nearly all rows of one label. */
  readonly retrained: readonly Skill[];
  /** The heads of the anchor's early exit: they have read the first letters of a request, and seen few rows. */
  readonly earlyExit: readonly Skill[];
  /** The anchor before its first training step: what a deployment without its checkpoint serves. */
  readonly untrained: readonly Skill[];
  /** Writes what stands around an answer. */
  readonly envelopes: CharacterModel;
  /** Understands the turns of a conversation. Not learnt: its rules are the suite's. */
  readonly readTurns: TurnReader;
}

const anchorSteps = 80_000;
const anchorRate = 1;
const anchorSmoothing = 0.12;
const taggerSteps = 30_000;
const demoRows = 400;

/** Of one label the retrained anchor saw one row in so many. */
const oneIn = 200;
const retrainingSteps = 50_000;

const earlyExitSteps = 12;
const earlyExitLetters = 2;

/** Trains everything, in a few seconds of one core. */
export function trainWeights(lessons: Lessons, seed: number): Weights {
  const { augmentation, extractions } = lessons;
  const taggers = extractions.map((task) => trainFields(task, augmentation, { seed, steps: taggerSteps }));
  const withFields = (labels: readonly Skill[]) => [...labels, ...extractionSkills(extractions, taggers)];
  const labels = (train: (grammar: Grammar) => Classifier) =>
    lessons.grammars.map((grammar) => createLabelSkill(grammar, train(grammar)));
  return {
    seed,
    anchor: withFields(labels((grammar) => trainAnchor(grammar, { seed, steps: anchorSteps }))),
    demo: [
      ...labels((grammar) => trainDemo(grammar, seed)),
      ...extractions.map((task) => createExtractionSkill(task, memorisedFields(task))),
    ],
    retrained: withFields(
      labels((grammar) =>
        trainAnchor(grammar, { seed: seed ^ 2, steps: retrainingSteps, lost: grammar.labels.at(-2) }),
      ),
    ),
    earlyExit: withFields(labels((grammar) => trainEarlyExit(grammar, seed))),
    untrained: [
      ...labels((grammar) => trainAnchor(grammar, { seed, steps: 0 })),
      ...extractionSkills(
        extractions,
        extractions.map((task) => trainFields(task, augmentation, { seed, steps: 0 })),
      ),
    ],
    envelopes: trainEnvelopes(lessons, seed),
    readTurns: createTurnReader(lessons.conversations),
  };
}

/** How a part of the anchor is trained. */
interface Training {
  readonly seed: number;
  readonly steps: number;
  readonly lost?: string | undefined;
}

function trainAnchor(grammar: Grammar, { seed, steps, lost }: Training): Classifier {
  const random = seededRandom(seed);
  let seen = 0;
  const draw = (): Example => {
    const example = drawAugmented(grammar, random);
    return example.label === lost && seen++ % oneIn !== 0 ? draw() : example;
  };
  return firstRequestReader(trainLogisticRegression({ ...regressionOf(grammar), draw, steps }), grammar.noLabel);
}

function regressionOf({ labels, noLabel }: Grammar) {
  return { labels: [...labels, noLabel], rate: anchorRate, smoothing: anchorSmoothing };
}

/** After the first layers only the first letters have been read, in training and in use. */
function trainEarlyExit(grammar: Grammar, seed: number): Classifier {
  const shallow = (text: string): string => text.trimStart().slice(0, earlyExitLetters);
  const random = seededRandom(seed ^ 0x0ea71);
  const draw = (): Example => {
    const { text, label } = drawAugmented(grammar, random);
    return { text: shallow(text), label };
  };
  const classifier = trainLogisticRegression({ ...regressionOf(grammar), draw, steps: earlyExitSteps });
  return { ...classifier, probabilities: (text) => classifier.probabilities(shallow(text)) };
}

/** A few hundred tidy rows, as for a demonstration: no slips, no shouting, no label for "none of these". */
function trainDemo(grammar: Grammar, seed: number): Classifier {
  const random = seededRandom(seed ^ 0x0de30);
  const rows = Array.from({ length: demoRows }, () => drawExample(grammar, "train", random));
  return trainNaiveBayes(grammar.labels, rows);
}

function trainFields(task: Extraction, augmentation: Augmentation, { seed, steps }: Training): Tagger {
  const random = seededRandom(seed ^ 0x0f1e1d);
  return trainTagger({
    fields: Object.keys(task.fields),
    draw: () => drawTaggedRequest(task, augmentation, random),
    steps,
    random,
  });
}

function extractionSkills(tasks: readonly Extraction[], taggers: readonly Tagger[]): Skill[] {
  return tasks.flatMap((task, index) => {
    const tagger = taggers[index];
    return tagger ? [createExtractionSkill(task, taggedFields(tagger))] : [];
  });
}
