import { z } from "zod";
import { phrase, template, weight } from "./phrase.ts";

const name = z.string().regex(/^[a-z0-9]{1,24}$/, "expected 1 to 24 of a-z and 0-9");

/** Not a name or a value: it is what the answer says of a slot that holds nothing. */
const word = name.refine((text) => text !== "empty", {
  message: 'must not be "empty", the answer for a slot that holds nothing',
});

const distinct = (names: readonly string[]) => new Set(names).size === names.length;

/** Turns that set, copy, clear and swap named slots: family C. */
export const slotsSchema = z.strictObject({
  slots: z.array(name).min(2).max(26).refine(distinct, { message: "holds a slot twice" }),
  /** What a slot may hold: 0..n−1, or words. */
  values: z.union([
    z.int().min(2).max(1000),
    z.array(word).min(2).max(64).refine(distinct, { message: "holds a value twice" }),
  ]),
  /** How often each operation comes, as weights. The first turn always sets. */
  operations: z.strictObject({ set: weight, copy: weight, clear: weight, swap: weight }),
  prompts: z.strictObject({
    set: template("a", "value"),
    copy: template("a", "b"),
    clear: template("a"),
    swap: template("a", "b"),
    /** Asks for `ANSWER: <value>`, or `ANSWER: empty`. */
    ask: template("a"),
  }),
});
export type Slots = z.infer<typeof slotsSchema>;

/** Turns that add to, subtract from and double named counters: family C. */
export const arithmeticSchema = z.strictObject({
  counters: z.array(name).min(1).max(26).refine(distinct, { message: "holds a counter twice" }),
  /** A counter starts at 0..start. */
  start: z.int().min(1).max(10_000),
  /** A turn adds or subtracts 1..step; nothing falls below 0. */
  step: z.int().min(1).max(10_000),
  /** How often each operation comes, as weights. The first turn always sets. */
  operations: z.strictObject({ set: weight, add: weight, subtract: weight, double: weight }),
  prompts: z.strictObject({
    set: template("a", "value"),
    add: template("a", "value"),
    subtract: template("a", "value"),
    double: template("a"),
    /** Asks for `ANSWER: <number>`. */
    ask: template("a"),
  }),
});
export type Arithmetic = z.infer<typeof arithmeticSchema>;

/** The inert line that makes a repeated request new to every cache. */
export const saltSchema = template("salt").and(phrase(400));
