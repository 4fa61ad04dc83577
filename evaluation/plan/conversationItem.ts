import type { PlannedItem, Probe } from "./probe.ts";

interface Conversation {
  /** What the user says, turn by turn; the model is to reply OK. */
  readonly turns: readonly string[];
  /** The last turn, which asks for `ANSWER: <truth>`. */
  readonly question: string;
  readonly truth: string;
}

/** A conversation as an item, as heavy as it is deep. */
export function conversationItem({ turns, question, truth }: Conversation): PlannedItem {
  const common = { stratum: `depth-${turns.length}`, salt: null };
  const probes = turns.map((prompt): Probe => ({ ...common, prompt, grader: "turn", truth: "", expected: "OK" }));
  probes.push({ ...common, prompt: question, grader: "slot", truth, expected: `ANSWER: ${truth}` });
  return { family: "C", probes, weight: turns.length, laps: [0] };
}
