import { normalise } from "./normalise.ts";

/** Size of the hashed feature space; a power of two. */
export const featureBuckets = 1 << 15;
const bucketMask = featureBuckets - 1;
const fnvPrime = 16_777_619;
const longestText = 2_000;
const mostFeatures = 1 << 15;

/** Starts the hash of each kind of feature, so that the word "to" and the letters "to" are two features. */
const kinds = { constant: 1, letters: 0x811c9dc5, word: 0x2f0b4c47, wildcard: 0x5bd1e995, pair: 0x1b873593 } as const;

/** Turns text into the set of its hashed features; keeps scratch space, so one extractor serves one thread. */
export interface FeatureExtractor {
  /** Features of a text, each once. The view is valid until the next call. */
  extract(text: string): Uint16Array;
}

/**
 * Letters in runs of 2 to 4 across word edges, words, pairs of words, words with one letter masked (so that one slip of a
 * finger leaves a trace in common), and a constant for the leaning of a text without any.
 */
export function createFeatureExtractor(): FeatureExtractor {
  const seenAt = new Uint32Array(featureBuckets);
  const found = new Uint16Array(mostFeatures);
  let generation = 0;
  let count = 0;

  function add(hash: number): void {
    const bucket = (hash ^ (hash >>> 15)) & bucketMask;
    if (seenAt[bucket] === generation) return;
    seenAt[bucket] = generation;
    found[count++] = bucket;
  }

  function addLetters(text: string): void {
    for (let start = 0; start < text.length - 1; start++) {
      let hash: number = kinds.letters;
      const end = Math.min(text.length, start + 4);
      for (let at = start; at < end; at++) {
        hash = Math.imul(hash ^ text.charCodeAt(at), fnvPrime);
        if (at > start) add(hash);
      }
    }
  }

  function hashSpan(text: string, from: number, to: number, masked: number, kind: number): number {
    let hash = kind;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (at === masked ? 63 : text.charCodeAt(at)), fnvPrime);
    return hash;
  }

  function addWords(text: string): void {
    let from = 1;
    let before: number = kinds.pair;
    while (from < text.length) {
      const to = text.indexOf(" ", from);
      const word = hashSpan(text, from, to, -1, kinds.word);
      add(word);
      add(Math.imul(before ^ word, fnvPrime));
      before = Math.imul(word, fnvPrime);
      if (to - from >= 4) for (let at = from; at < to; at++) add(hashSpan(text, from, to, at, kinds.wildcard));
      from = to + 1;
    }
  }

  return {
    extract(text) {
      const words = normalise(text.length > longestText ? text.slice(0, longestText) : text);
      generation = (generation + 1) >>> 0;
      count = 0;
      add(kinds.constant);
      addLetters(words);
      addWords(words);
      return found.subarray(0, count);
    },
  };
}
