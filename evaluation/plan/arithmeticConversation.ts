import type { Arithmetic } from "../suite/conversations.ts";
import type { Conversation } from "./conversationItem.ts";
import type { Dice } from "./dice.ts";
import { drawOperation } from "./drawOperation.ts";
import { fillTemplate } from "./fillTemplate.ts";

/** A conversation of `depth` turns that change counters, then one that asks for a counter that was set. */
export function arithmeticConversation(task: Arithmetic, dice: Dice, depth: number): Conversation {
  const counts = new Map<string, number>();
  const turns = Array.from({ length: depth }, () => drawTurn(task, dice, counts));
  const asked = dice.pick([...counts.keys()]);
  const question = fillTemplate(task.prompts.ask, { a: asked });
  return { turns, question, truth: String(counts.get(asked) ?? 0) };
}

/** Draws an operation that is possible now, applies it to `counts`, and says it in words. Never over start + 6·step, doubled six times. */
function drawTurn(task: Arithmetic, dice: Dice, counts: Map<string, number>): string {
  const { counters, operations, prompts } = task;
  const known = [...counts.keys()];
  const positive = known.filter((name) => (counts.get(name) ?? 0) > 0);
  const operation = drawOperation(dice, [
    ["add", known.length > 0 ? operations.add : 0],
    ["subtract", positive.length > 0 ? operations.subtract : 0],
    ["double", known.length > 0 ? operations.double : 0],
    ["set", operations.set],
  ]);
  const a = dice.pick(from(operation, { counters, known, positive }));
  const count = counts.get(a) ?? 0;
  switch (operation) {
    case "set": {
      const value = dice.roll(task.start + 1);
      counts.set(a, value);
      return fillTemplate(prompts.set, { a, value });
    }
    case "add": {
      const value = 1 + dice.roll(task.step);
      counts.set(a, count + value);
      return fillTemplate(prompts.add, { a, value });
    }
    case "subtract": {
      const value = 1 + dice.roll(Math.min(task.step, count));
      counts.set(a, count - value);
      return fillTemplate(prompts.subtract, { a, value });
    }
    case "double":
      counts.set(a, count * 2);
      return fillTemplate(prompts.double, { a });
  }
}

interface Candidates {
  readonly counters: readonly string[];
  readonly known: readonly string[];
  readonly positive: readonly string[];
}

function from(operation: keyof Arithmetic["operations"], { counters, known, positive }: Candidates): readonly string[] {
  if (operation === "set") return counters;
  return operation === "subtract" ? positive : known;
}
