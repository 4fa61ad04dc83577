import { Dice } from "../../evaluation/plan/dice.ts";
import { drawField } from "../../evaluation/plan/drawField.ts";
import type { Extraction } from "../../evaluation/suite/extraction.ts";
import { mistype, randomToken } from "./augment.ts";
import type { Augmentation } from "./grammar.ts";
import { integerBelow, pick, type Random } from "./random.ts";
import { type Token, wordsOf } from "./tagger.ts";

/**
 * A training phrasing with drawn values, its words told apart. Polite words stand around it, and between the values are slips
 * and now and then a word that nobody knows: other people phrase it otherwise, and the value itself has to tell what it is.
 */
export function drawTaggedRequest(task: Extraction, { filler }: Augmentation, random: Random): Token[] {
  const slips = random() < 0.6 ? 0.02 + random() * 0.08 : 0;
  const strange = random() < 0.5 ? random() * 0.5 : 0;
  const other = (text: string): Token[] =>
    wordsOf(random() < strange ? randomToken(random) : mistype(text, slips, random)).map((word) => ({
      text: word,
      field: null,
    }));
  const polite = (phrases: readonly string[]) =>
    Array.from({ length: integerBelow(random, 3) }, () => other(pick(random, phrases))).flat();
  const parts = pick(random, task.phrasings.train).split(" ");
  const asked = parts.flatMap((part) => drawPart(part, task, random) ?? other(fillWords(part, task, random)));
  return random() < 0.5 ? asked : [...polite(filler.before), ...asked, ...polite(filler.after)];
}

/** The words of a part of a phrasing that holds a field's place; undefined when it holds none. */
function drawPart(part: string, { fields }: Extraction, random: Random): Token[] | undefined {
  const place = /\{(\w+)\}/.exec(part)?.[1];
  const field = place === undefined ? undefined : fields[place];
  if (place === undefined || field === undefined) return undefined;
  const { said } = drawField(field, new Dice(drawBits(random)));
  return wordsOf(part.replace(`{${place}}`, () => said)).map((text) => ({ text, field: place }));
}

function fillWords(part: string, { words }: Extraction, random: Random): string {
  return part.replace(/\{(\w+)\}/g, (_, place: string) => {
    return random() < 0.6 ? pick(random, words[place] ?? [place]) : randomToken(random);
  });
}

/** 128 random bits, enough for one field. */
function drawBits(random: Random): bigint {
  return Array.from({ length: 4 }, () => BigInt(integerBelow(random, 2 ** 32))).reduce(
    (bits, word) => (bits << 32n) | word,
    0n,
  );
}
