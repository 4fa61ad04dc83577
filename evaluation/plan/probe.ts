import type { Assertion } from "../suite/cases.ts";
import type { Extraction } from "../suite/extraction.ts";

/**
 * Families that send probes. T is counted over all of them. V is no family of the result: it asks questions of the version before
 * again, and only subtracts from the others (docs/decisions/0017).
 */
export const probeFamilies = ["R", "J", "C", "P", "E", "L", "V"] as const;
export type ProbeFamily = (typeof probeFamilies)[number];

export const graders = [
  "label",
  "canary",
  "json",
  "line",
  "csv",
  "words",
  "regex",
  "schema",
  "fields",
  "assertions",
  "turn",
  "slot",
] as const;
export type Grader = (typeof graders)[number];

/** One request that decides something (its attempt 0), one turn of a conversation, or its control. */
export interface Probe {
  /** Content of the user's message. */
  readonly prompt: string;
  /** Which part of its family it belongs to: `identical`, `salted`, `json`, `depth-3`, `control-3`, `typo`, `injection`, `load-50` … */
  readonly stratum: string;
  /** The word drawn into the prompt, if there is one: a repeat's inert salt, an injection's canary. */
  readonly salt: string | null;
  readonly grader: Grader;
  /** The answer that is right: a label, a slot's value or canonical JSON; empty for a turn that is not graded. */
  readonly truth: string;
  /** A reply that is right, to the letter. */
  readonly expected: string;
  /** What the grader needs beside the truth. */
  readonly rule?: Rule;
}

/** What a grader has to know of the task. */
export type Rule =
  /** Labels of the task: the extractor looks for no other word. `pattern`: what the regex contract asks for. */
  | { readonly labels: readonly string[]; readonly pattern?: string }
  | { readonly extraction: Extraction }
  | { readonly assertions: readonly Assertion[] };

/** One instance of a probe and one unit of evidence: a leaf of the tree. */
export interface Item {
  readonly index: number;
  readonly family: ProbeFamily;
  readonly probes: readonly Probe[];
  /** Weight in its family: the depth of a conversation, the weights of the three loads together, 1 elsewhere. */
  readonly weight: number;
}

/** An item before it has its place among the others. */
export interface PlannedItem extends Omit<Item, "index"> {
  /** The lap of the run in which each unit is sent (see unitsOf); a load item has none. */
  readonly laps: readonly number[];
}
