import { z } from "zod";
import { phrase } from "./phrase.ts";

const word = phrase(60);
const dateText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "expected a date such as 2026-01-31")
  .refine(isDate, {
    message: "is no day of the calendar",
  });

/** How the values of a field are drawn, how a request says them, and how the answer must write them. */
export const fieldSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("choice"),
    /** For each value of the answer the ways a request says it. */
    values: z.record(
      z.string().regex(/^[\w -]{1,40}$/, "expected 1 to 40 of A-Z, a-z, 0-9, _, - and blanks"),
      z.array(word).min(1).max(16),
    ),
  }),
  z.strictObject({
    type: z.literal("integer"),
    from: z.int().min(-1_000_000_000).max(1_000_000_000),
    to: z.int().min(-1_000_000_000).max(1_000_000_000),
    /** `grouped` writes 12500 as 12,500. */
    forms: z
      .array(z.enum(["plain", "grouped"]))
      .min(1)
      .max(2),
  }),
  z.strictObject({
    type: z.literal("code"),
    /** `A` stands for a letter, `9` for a digit, anything else for itself: `AB-9999`. */
    shape: z.string().regex(/^[A9-]{1,12}$/, "expected 1 to 12 of A (a letter), 9 (a digit) and -"),
  }),
  z.strictObject({
    type: z.literal("date"),
    from: dateText,
    days: z.int().min(1).max(36_500),
    /** 2026-03-05; 5 March 2026; March 5, 2026. The answer is always the first. */
    forms: z
      .array(z.enum(["iso", "day first", "month first"]))
      .min(1)
      .max(3),
  }),
  z.strictObject({
    type: z.literal("time"),
    stepMinutes: z.int().min(1).max(720),
    /** 17:05; 5:05 pm. The answer is always the first. */
    forms: z
      .array(z.enum(["24 hours", "12 hours"]))
      .min(1)
      .max(2),
  }),
  z.strictObject({
    type: z.literal("flag"),
    true: z.array(word).min(1).max(16),
    false: z.array(word).min(1).max(16),
  }),
]);

export type Field = z.infer<typeof fieldSchema>;

/** JSON Schema of the field's values in the answer. */
export function answerSchemaOf(field: Field): Readonly<Record<string, unknown>> {
  switch (field.type) {
    case "choice":
      return { enum: Object.keys(field.values).sort() };
    case "integer":
      return { type: "integer" };
    case "code":
      return { type: "string", pattern: `^${field.shape.replaceAll("A", "[A-Z]").replaceAll("9", "[0-9]")}$` };
    case "date":
      return { type: "string", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" };
    case "time":
      return { type: "string", pattern: "^[0-9]{2}:[0-9]{2}$" };
    case "flag":
      return { type: "boolean" };
  }
}

/** How many different things a request can say here. */
export function wordingsOf(field: Field): bigint {
  switch (field.type) {
    case "choice":
      return BigInt(Object.values(field.values).flat().length);
    case "integer":
      return BigInt(field.to - field.from + 1) * BigInt(field.forms.length);
    case "code":
      return codesOf(field.shape);
    case "date":
      return BigInt(field.days * field.forms.length);
    case "time":
      return BigInt(timesOf(field.stepMinutes) * field.forms.length);
    case "flag":
      return BigInt(field.true.length + field.false.length);
  }
}

/** How many codes have this shape. */
export function codesOf(shape: string): bigint {
  return [...shape].reduce((codes, letter) => codes * (letter === "A" ? 26n : letter === "9" ? 10n : 1n), 1n);
}

/** Times of a day at which a step begins. */
export function timesOf(stepMinutes: number): number {
  return Math.ceil((24 * 60) / stepMinutes);
}

/** What makes a field useless, in words; null when nothing does. */
export function problemWithField(field: Field): string | null {
  if (field.type === "integer" && field.from > field.to)
    return `goes from ${field.from} to ${field.to}; turn them round`;
  if (field.type === "choice") return twice(Object.values(field.values).flat());
  if (field.type === "flag") return twice([...field.true, ...field.false]);
  return null;
}

function twice(words: readonly string[]): string | null {
  const lower = words.map((text) => text.toLowerCase());
  const found = lower.find((text, index) => lower.indexOf(text) !== index);
  return found === undefined ? null : `"${found}" stands for two values, or twice for one`;
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
