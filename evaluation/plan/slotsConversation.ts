import type { Slots } from "../suite/conversations.ts";
import type { Conversation } from "./conversationItem.ts";
import type { Dice } from "./dice.ts";
import { drawOperation } from "./drawOperation.ts";
import { fillTemplate } from "./fillTemplate.ts";

/** Slots that were touched, with their values; a cleared slot stays as `empty`, so that it can be asked for. */
type Held = Map<string, string>;

const empty = "empty";

/** A conversation of `depth` turns that change slots, then one that asks for a slot that was touched. */
export function slotsConversation(task: Slots, dice: Dice, depth: number): Conversation {
  const held: Held = new Map();
  const turns = Array.from({ length: depth }, () => drawTurn(task, dice, held));
  const asked = dice.pick([...held.keys()]);
  const question = fillTemplate(task.prompts.ask, { a: asked });
  return { turns, question, truth: held.get(asked) ?? empty };
}

/** Draws an operation that is possible now, applies it to `held`, and says it in words. */
function drawTurn({ slots, values, operations, prompts }: Slots, dice: Dice, held: Held): string {
  const filled = [...held].filter(([, value]) => value !== empty).map(([slot]) => slot);
  const operation = drawOperation(dice, [
    // Copying and clearing need one filled slot, swapping two.
    ["copy", filled.length >= 1 ? operations.copy : 0],
    ["clear", filled.length >= 1 ? operations.clear : 0],
    ["swap", filled.length >= 2 ? operations.swap : 0],
    ["set", operations.set],
  ]);
  const a = dice.pick(operation === "set" ? slots : filled);
  const value = held.get(a) ?? empty;
  const others = (from: readonly string[]) => from.filter((slot) => slot !== a);
  switch (operation) {
    case "set": {
      const next = typeof values === "number" ? String(dice.roll(values)) : dice.pick(values);
      held.set(a, next);
      return fillTemplate(prompts.set, { a, value: next });
    }
    case "copy": {
      const b = dice.pick(others(slots));
      held.set(b, value);
      return fillTemplate(prompts.copy, { a, b });
    }
    case "clear":
      held.set(a, empty);
      return fillTemplate(prompts.clear, { a });
    case "swap": {
      const b = dice.pick(others(filled));
      held.set(a, held.get(b) ?? empty).set(b, value);
      return fillTemplate(prompts.swap, { a, b });
    }
  }
}
