import type { Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";
import { fillTemplate } from "./fillTemplate.ts";
import type { PlannedItem, Probe } from "./probe.ts";

export interface Conversation {
  /** What the user says, turn by turn; the model is to reply OK. */
  readonly turns: readonly string[];
  /** The last turn, which asks for `ANSWER: <truth>`. */
  readonly question: string;
  readonly truth: string;
}

/**
 * A conversation as an item, as heavy as it is deep. Its last probe is the control: the same operations and the question in one
 * message, sent in the other half of the run; the draw decides which comes first.
 */
export function conversationItem(
  { carryOver }: Pick<Suite, "carryOver">,
  { turns, question, truth }: Conversation,
  dice: Dice,
): PlannedItem {
  const depth = turns.length;
  const common = { stratum: `depth-${depth}`, salt: null };
  const asked = { ...common, prompt: question, grader: "slot", truth, expected: `ANSWER: ${truth}` } as const;
  const control = fillTemplate(carryOver.control, { turns: [...turns, question].join("\n") });
  const probes = [
    ...turns.map((prompt): Probe => ({ ...common, prompt, grader: "turn", truth: "", expected: "OK" })),
    asked,
    { ...asked, prompt: control, stratum: `control-${depth}` },
  ];
  return { family: "C", probes, weight: depth, laps: dice.shuffle([0, 1]) };
}
