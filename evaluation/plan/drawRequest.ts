import type { Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";

/** What a user of the task might say, and the label that is right for it. */
export interface DrawnRequest {
  readonly text: string;
  readonly label: string;
}

/**
 * Draws one request from the suite's grammar: intent, phrasing (held out or not), words.
 * @param except a label that the request must not have, if the grammar has another
 */
export function drawRequest({ grammar, labels }: Suite, dice: Dice, except?: string): DrawnRequest {
  // In the order of the labels: members of a JSON object have no order, and canonical JSON sorts them.
  const intents = labels.flatMap((label) => (grammar.intents[label] ? [{ label, ...grammar.intents[label] }] : []));
  const others = intents.filter((intent) => intent.label !== except);
  const { label, ...phrasings } = dice.pick(others.length > 0 ? others : intents);
  const heldOut = dice.roll(10_000) < grammar.heldOutShareBps;
  const phrasing = dice.pick(heldOut ? phrasings.heldOut : phrasings.train);
  const text = phrasing.replace(/\{(\w)\}/g, (_, place: string) => dice.pick(grammar.slots[place] ?? []));
  return { text, label };
}
