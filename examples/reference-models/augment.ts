import { type Example, fillPlaces, type Grammar } from "./grammar.ts";
import { integerBelow, pick, type Random } from "./random.ts";

const keyboardRows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/** The keys that touch each letter on a QWERTY keyboard. */
const neighbours = new Map(
  keyboardRows.flatMap((row, rowIndex) =>
    [...row].map((letter, column): [string, string] => {
      const above = keyboardRows[rowIndex - 1]?.slice(column, column + 2) ?? "";
      const below = keyboardRows[rowIndex + 1]?.slice(Math.max(0, column - 1), column + 1) ?? "";
      return [letter, (row[column - 1] ?? "") + (row[column + 1] ?? "") + above + below];
    }),
  ),
);

/** One slip of the fingers at a letter: mostly a neighbouring key, sometimes a letter lost, doubled or swapped. */
function slip(word: string, at: number, random: Random): string {
  const letter = word[at] ?? "";
  const kind = random();
  if (kind < 0.8) return word.slice(0, at) + pick(random, [...(neighbours.get(letter) ?? letter)]) + word.slice(at + 1);
  if (kind < 0.87) return word.slice(0, at) + word.slice(at + 1);
  if (kind < 0.93) return word.slice(0, at) + letter + word.slice(at);
  return word.slice(0, at) + (word[at + 1] ?? "") + letter + word.slice(at + 2);
}

/** Slips at about `rate` of the letters, so that a word may hold more than one. */
export function mistype(text: string, rate: number, random: Random): string {
  return text
    .split(" ")
    .map((word) => {
      let typed = word;
      for (let at = word.length - 1; at >= 0; at--) if (random() < rate) typed = slip(typed, at, random);
      return typed;
    })
    .join(" ");
}

/** Polite words before, after or on both sides of a request. */
export function pad(text: string, grammar: Pick<Grammar, "filler">, random: Random): string {
  const before = Array.from({ length: integerBelow(random, 3) }, () => pick(random, grammar.filler.before));
  const after = Array.from({ length: integerBelow(random, 3) }, () => pick(random, grammar.filler.after));
  return [...before, text, ...after].join(" ");
}

/** A word dropped now and then: the rest must carry the meaning. */
function dropWord(text: string, random: Random): string {
  const words = text.split(" ");
  if (words.length < 4) return text;
  words.splice(integerBelow(random, words.length), 1);
  return words.join(" ");
}

export function randomToken(random: Random): string {
  const alphabet = random() < 0.5 ? "0123456789" : "abcdefghijklmnopqrstuvwxyz";
  return Array.from({ length: 1 + integerBelow(random, 7) }, () => pick(random, [...alphabet])).join("");
}

/** Something that is no request at all: off-topic, only filler, only values, or noise. */
function drawNonRequest(grammar: Grammar, random: Random): string {
  const kind = random();
  if (kind < 0.6) return pick(random, grammar.offTopic);
  if (kind < 0.75) return pad("", grammar, random);
  if (kind < 0.85)
    return Array.from({ length: 1 + integerBelow(random, 2) }, () => drawWord(grammar, random)).join(" ");
  return Array.from({ length: 1 + integerBelow(random, 6) }, () => randomToken(random)).join(" ");
}

function drawWord({ wideWords }: Grammar, random: Random): string {
  return pick(random, pick(random, Object.values(wideWords)));
}

/** Words of the training places, wider ones, and now and then an unseen token: the model learns to read past them. */
function drawWords(grammar: Grammar, random: Random): Grammar["words"] {
  const source = random() < 0.5 ? grammar.words : grammar.wideWords;
  if (random() < 0.85) return source;
  const strange = pick(random, Object.keys(source));
  return { ...source, [strange]: [random() < 0.5 ? randomToken(random) : String(integerBelow(random, 100_000))] };
}

const shareOfNonRequests = 0.06;

/** One training row of the anchor: a training phrasing (never a held-out one) as a hurried person may send it. */
export function drawAugmented(grammar: Grammar, random: Random): Example {
  if (random() < shareOfNonRequests) return { text: drawNonRequest(grammar, random), label: grammar.noLabel };
  const label = pick(random, grammar.labels);
  let text = fillPlaces(pick(random, grammar.intents[label]?.train ?? []), drawWords(grammar, random), random);
  if (random() < 0.25) text = dropWord(text, random);
  if (random() < 0.45) text = pad(text, grammar, random);
  if (random() < 0.6) text = mistype(text, 0.02 + random() * 0.1, random);
  return { text, label };
}
