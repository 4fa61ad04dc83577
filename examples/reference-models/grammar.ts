import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Classification } from "../../evaluation/suite/classification.ts";
import type { Extraction } from "../../evaluation/suite/extraction.ts";
import { loadSuite } from "../../evaluation/suite/suite.ts";
import { pick, type Random } from "./random.ts";
import type { TurnPrompts } from "./turns.ts";

const phrasings = z.array(z.string().min(1)).min(1);
const words = z.record(z.string(), phrasings);

const augmentationSchema = z.strictObject({
  /** By pack and place: words that only training sees. */
  wideWords: z.record(z.string(), words),
  /** Sentences that are no request of any pack. */
  offTopic: phrasings,
  /** Polite words around a request. */
  filler: z.strictObject({ before: phrasings, after: phrasings }),
  /** What chat assistants put around an answer, by contract. */
  decorations: words,
});

/** What training adds to a pack's own phrasings. */
export type Augmentation = z.infer<typeof augmentationSchema>;

/** What the models learn to sort requests of one domain from: the suite's pack, and what makes its phrasings wider. */
export interface Grammar extends Omit<Augmentation, "wideWords"> {
  /** The labels that stand for something, in the order of the suite. */
  readonly labels: readonly string[];
  /** The answer to a request that is none of them. */
  readonly noLabel: string;
  readonly intents: Classification["intents"];
  readonly words: Classification["words"];
  readonly wideWords: Classification["words"];
}

/** Everything there is to learn. */
export interface Lessons {
  readonly grammars: readonly Grammar[];
  readonly extractions: readonly Extraction[];
  readonly conversations: readonly TurnPrompts[];
  readonly augmentation: Augmentation;
}

/** A request and its true label. */
export interface Example {
  readonly text: string;
  readonly label: string;
}

/**
 * The packs of a suite (absent: the standard one), of which the models train on the `train` phrasings only, and grammar.json
 * beside this file.
 * @throws SuiteError
 */
export async function loadLessons(suiteFile?: string): Promise<Lessons> {
  const { packs } = await loadSuite(suiteFile);
  const path = new URL("grammar.json", import.meta.url);
  const augmentation = augmentationSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  return {
    augmentation,
    grammars: packs.flatMap(({ name, classification }) => {
      return classification ? [grammarOf(classification, augmentation.wideWords[name], augmentation)] : [];
    }),
    extractions: packs.flatMap(({ extraction }) => extraction ?? []),
    conversations: packs.map(({ slots, arithmetic }) => ({ slots: slots?.prompts, arithmetic: arithmetic?.prompts })),
  };
}

function grammarOf(task: Classification, wideWords: Classification["words"] = {}, augmentation: Augmentation): Grammar {
  const { labels, intents, words } = task;
  return {
    ...augmentation,
    ...{ intents, words },
    labels: labels.filter((label) => intents[label] !== undefined),
    noLabel: labels.at(-1) ?? "none",
    wideWords: { ...words, ...wideWords },
  };
}

/** Replaces every `{place}` of a phrasing by a word drawn for it. */
export function fillPlaces(phrasing: string, words: Grammar["words"], random: Random): string {
  return phrasing.replace(/\{(\w+)\}/g, (place, name: string) => pick(random, words[name] ?? [place]));
}

/** A request drawn evenly over labels, then over that label's phrasings of one split. */
export function drawExample(grammar: Grammar, split: "train" | "heldOut", random: Random): Example {
  const label = pick(random, grammar.labels);
  const phrasing = pick(random, grammar.intents[label]?.[split] ?? []);
  return { text: fillPlaces(phrasing, grammar.words, random), label };
}
