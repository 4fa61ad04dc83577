import { type Choice, indexOfLargest } from "./classifier.ts";
import { normalise } from "./normalise.ts";
import type { Random } from "./random.ts";
import { type Regression, trainSoftmaxRegression } from "./softmaxRegression.ts";

/** A word of a request, without the punctuation around it. */
export interface Token {
  readonly text: string;
  /** Name of the field it belongs to; null for all other words. */
  readonly field: string | null;
}

/** Says which words of a request belong to which field. */
export interface Tagger {
  tag(words: readonly string[], choose?: Choice): Token[];
}

/** How a tagger is trained. */
export interface TaggerTraining {
  readonly fields: readonly string[];
  /** Draws the next request, its words told apart. */
  readonly draw: () => readonly Token[];
  /** Words trained on. */
  readonly steps: number;
  readonly random: Random;
}

const buckets = 1 << 14;
const fnvPrime = 16_777_619;
const rate = 1;
const smoothing = 0.05;

/** The words of a text without the punctuation around them; a number keeps its separators. */
export function wordsOf(text: string): string[] {
  return text
    .split(/[\s/]+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""))
    .filter((word) => word !== "");
}

/**
 * Decides word by word, from left to right, by a logistic regression over the word, its shape, its beginning and end, its
 * neighbours and what the word before was taken for.
 */
export function trainTagger({ fields, draw, steps, random }: TaggerTraining): Tagger {
  const places = new Map(fields.map((field, index) => [field, index + 1]));
  const placeOf = (field: string | null | undefined) => (field ? (places.get(field) ?? 0) : 0);
  let tokens: readonly Token[] = [];
  let words: string[] = [];
  let at = 0;
  const regression = trainSoftmaxRegression({
    ...{ buckets, classes: fields.length + 1, steps, rate, smoothing },
    draw: () => {
      while (at >= tokens.length) {
        tokens = draw();
        words = tokens.map(({ text }) => plain(text));
        at = 0;
      }
      // Now and then without its neighbours: requests phrased in a new way have others.
      const alone = random() < shareAlone;
      const features = featuresOf(words, at, placeOf(tokens[at - 1]?.field)).subarray(
        0,
        alone ? ownFeatures : undefined,
      );
      return { features, truth: placeOf(tokens[at++]?.field) };
    },
  });
  return { tag: (texts, choose = indexOfLargest) => tagWords(texts, fields, { regression, choose }) };
}

function tagWords(
  texts: readonly string[],
  fields: readonly string[],
  { regression, choose }: { readonly regression: Regression; readonly choose: Choice },
): Token[] {
  const words = texts.map(plain);
  let before = 0;
  return texts.map((text, at) => {
    before = choose(regression(featuresOf(words, at, before)));
    return { text, field: fields[before - 1] ?? null };
  });
}

function plain(text: string): string {
  return normalise(text).trim();
}

/** A word with its letters and digits told only as such: `AB-12` and `xy-99` have one shape. */
function shapeOf(word: string): string {
  return word.replace(/[a-z]/g, "a").replace(/[0-9]/g, "9");
}

/** How many of the features below are about the word alone and the field before. */
const ownFeatures = 6;
const shareAlone = 0.4;
const scratch = new Uint16Array(16);

function featuresOf(words: readonly string[], at: number, before: number): Uint16Array {
  const word = words[at] ?? "";
  const previous = words[at - 1] ?? "^";
  const next = words[at + 1] ?? "$";
  const named = [
    "constant",
    `word ${word}`,
    `shape ${shapeOf(word)}`,
    `begins ${word.slice(0, 3)}`,
    `ends ${word.slice(-3)}`,
    `tag before ${before} shape ${shapeOf(word)}`,
    `after ${previous}`,
    `after beginning ${previous.slice(0, 3)}`,
    `after ending ${previous.slice(-3)}`,
    `after two ${words[at - 2] ?? "^"} ${previous}`,
    `before ${next}`,
    `before ending ${next.slice(-3)}`,
    `before shape ${shapeOf(next)}`,
    `tag before ${before}`,
    `shapes ${shapeOf(previous)} ${shapeOf(word)}`,
  ];
  for (const [index, name] of named.entries()) scratch[index] = hashOf(name);
  return scratch.subarray(0, named.length);
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), fnvPrime);
  return (hash ^ (hash >>> 15)) & (buckets - 1);
}
