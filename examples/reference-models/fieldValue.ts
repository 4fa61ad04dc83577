import type { Field } from "../../evaluation/suite/fields.ts";

/** What a field of an answer holds. */
export type FieldValue = string | number | boolean;

/** Words for values, in lower case, as the grammar knows them. */
export type Lexicon = ReadonlyMap<string, FieldValue>;

/** The words that stand for a value of a choice or a flag; empty for other fields. */
export function createLexicon(field: Field): Lexicon {
  if (field.type === "choice") {
    return new Map(Object.entries(field.values).flatMap(([value, said]) => said.map((word) => [keyOf(word), value])));
  }
  if (field.type !== "flag") return new Map();
  const yes = field.true.map((word) => [keyOf(word), true] as const);
  return new Map([...yes, ...field.false.map((word) => [keyOf(word), false] as const)]);
}

/** The value that a request's words say, as the answer has to write it; null when they say none. */
export function readValue(field: Field, said: string, lexicon: Lexicon = new Map()): FieldValue | null {
  switch (field.type) {
    case "choice":
    case "flag":
      return lexicon.get(keyOf(said)) ?? null;
    case "integer":
      return readInteger(said);
    case "code":
      return said.replace(/\s/g, "").toUpperCase();
    case "date":
      return readDate(said);
    case "time":
      return readTime(said);
  }
}

function keyOf(said: string): string {
  return said
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function readInteger(said: string): number | null {
  const digits = /-?\d[\d,]*/.exec(said)?.[0].replaceAll(",", "");
  return digits === undefined ? null : Number(digits);
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** 2026-03-05, 5 March 2026 or March 5 2026. */
function readDate(said: string): string | null {
  const iso = /\d{4}-\d{2}-\d{2}/.exec(said)?.[0];
  if (iso !== undefined) return iso;
  const month = 1 + months.indexOf(/[a-z]{3}/i.exec(said)?.[0].toLowerCase() ?? "");
  const year = /\b\d{4}\b/.exec(said)?.[0];
  const day = /\b\d{1,2}\b/.exec(said)?.[0];
  if (month === 0 || year === undefined || day === undefined) return null;
  return `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** 17:05 or 5:05 pm. */
function readTime(said: string): string | null {
  const [, hour, minute, half] = /(\d{1,2}):(\d{2})\s*([ap])?/i.exec(said) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const past = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  return `${String(past).padStart(2, "0")}:${minute}`;
}
