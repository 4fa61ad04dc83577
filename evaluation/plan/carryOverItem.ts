import type { Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";
import { fillTemplate } from "./fillTemplate.ts";
import type { PlannedItem, Probe } from "./probe.ts";

/** Slots that were touched, with their values; a cleared slot stays as `empty`, so that it can be asked for. */
type Slots = Map<string, string>;
type Operation = keyof Suite["carryOver"]["operations"];

const empty = "empty";

/** A conversation of `depth` turns that change slots, then one that asks for a slot that was touched. */
export function carryOverItem(suite: Suite, dice: Dice, depth: number): PlannedItem {
  const slots: Slots = new Map();
  const turns = Array.from({ length: depth }, () => drawTurn(suite, dice, slots));
  const asked = dice.pick([...slots.keys()]);
  const truth = slots.get(asked) ?? empty;
  const common = { stratum: `depth-${depth}`, salt: null };
  const probes = turns.map((prompt): Probe => ({ ...common, prompt, grader: "turn", truth: "", expected: "OK" }));
  const question = fillTemplate(suite.prompts.ask, { a: asked });
  probes.push({ ...common, prompt: question, grader: "slot", truth, expected: `ANSWER: ${truth}` });
  return { family: "C", probes, weight: depth, laps: [0] };
}

/** Draws an operation that is possible now, applies it to `slots`, and says it in words. */
function drawTurn({ carryOver, prompts }: Suite, dice: Dice, slots: Slots): string {
  const filled = [...slots].filter(([, value]) => value !== empty).map(([slot]) => slot);
  const operation = drawOperation(carryOver.operations, dice, filled.length);
  const a = dice.pick(operation === "set" ? carryOver.slots : filled);
  const held = slots.get(a) ?? empty;
  const others = (from: readonly string[]) => from.filter((slot) => slot !== a);
  switch (operation) {
    case "set": {
      const value = String(dice.roll(carryOver.values));
      slots.set(a, value);
      return fillTemplate(prompts.set, { a, value });
    }
    case "copy": {
      const b = dice.pick(others(carryOver.slots));
      slots.set(b, held);
      return fillTemplate(prompts.copy, { a, b });
    }
    case "clear":
      slots.set(a, empty);
      return fillTemplate(prompts.clear, { a });
    case "swap": {
      const b = dice.pick(others(filled));
      slots.set(a, slots.get(b) ?? empty).set(b, held);
      return fillTemplate(prompts.swap, { a, b });
    }
  }
}

/** Copying and clearing need one filled slot, swapping two; otherwise, and when every weight is 0, a slot is set. */
function drawOperation(weights: Suite["carryOver"]["operations"], dice: Dice, filled: number): Operation {
  const possible: readonly [Operation, number][] = [
    ["copy", filled >= 1 ? weights.copy : 0],
    ["clear", filled >= 1 ? weights.clear : 0],
    ["swap", filled >= 2 ? weights.swap : 0],
    ["set", weights.set],
  ];
  const total = possible.reduce((sum, [, weight]) => sum + weight, 0);
  let point = dice.roll(Math.max(1, total));
  for (const [operation, weight] of possible) {
    if (point < weight) return operation;
    point -= weight;
  }
  return "set";
}
