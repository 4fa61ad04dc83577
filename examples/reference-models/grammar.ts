import { readFileSync } from "node:fs";
import { z } from "zod";
import { pick, type Random } from "./random.ts";

const phrasings = z.array(z.string().min(1)).min(1);
const slotValues = z.record(z.string().length(1), z.array(z.string().min(1)).min(1));

const grammarSchema = z.strictObject({
  labels: z.array(z.string()).min(2),
  intents: z.record(z.string(), z.strictObject({ train: phrasings, heldOut: phrasings })),
  slots: slotValues,
  wideSlots: slotValues,
  offTopic: phrasings,
  filler: z.strictObject({ before: phrasings, after: phrasings }),
  decorations: z.record(z.string(), phrasings),
});

/**
 * What the reference models learn from: intents with `train` and `heldOut` phrasings, `{x}` placeholders with their
 * values (`slots`, and `wideSlots` that only training sees), sentences that are no intent, polite filler,
 * and what chat assistants put around an answer, by contract.
 */
export type Grammar = z.infer<typeof grammarSchema>;

/** The answer to a request that is none of the labels. */
export const noLabel = "none";

/** A request and its true label. */
export interface Example {
  readonly text: string;
  readonly label: string;
}

/** The grammar shipped beside this file. */
export function loadGrammar(): Grammar {
  const path = new URL("grammar.json", import.meta.url);
  return grammarSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Replaces every `{x}` of a phrasing by a value drawn from `slots.x`. */
export function fillSlots(phrasing: string, slots: Grammar["slots"], random: Random): string {
  return phrasing.replace(/\{(\w)\}/g, (placeholder, name: string) => pick(random, slots[name] ?? [placeholder]));
}

/** A request drawn evenly over labels, then over that label's phrasings of one split. */
export function drawExample(grammar: Grammar, split: "train" | "heldOut", random: Random): Example {
  const label = pick(random, grammar.labels);
  const phrasing = pick(random, grammar.intents[label]?.[split] ?? []);
  return { text: fillSlots(phrasing, grammar.slots, random), label };
}
