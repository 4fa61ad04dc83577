import type { Hex } from "../../domain/hex.ts";
import { buildPlan } from "../../evaluation/plan/plan.ts";
import type { Item } from "../../evaluation/plan/probe.ts";
import { loadSuite, type Profile } from "../../evaluation/suite/suite.ts";
import type { ChatMessage, LocalChatModel } from "../../examples/reference-models/chatModel.ts";

/** A suite's questions (absent: the standard one's), as a run with this seed would ask them. */
export async function plannedItems(profile: Profile, seed: Hex, suiteFile?: string): Promise<readonly Item[]> {
  const manifest = { contextSize: 8_192, declaredRate: 200, serviceLevelMs: 250 };
  return buildPlan({ suite: await loadSuite(suiteFile), profile, seed, manifest }).items;
}

/** Asks the model everything in an item, a conversation turn by turn. @returns whether each reply was right to the letter */
export function ask(model: LocalChatModel, { family, probes }: Item): boolean[] {
  const history: ChatMessage[] = [];
  return probes.map(({ prompt, expected }) => {
    const turn = { role: "user", content: prompt };
    const reply = model.answer({ messages: family === "C" ? [...history, turn] : [turn], temperature: 0 });
    history.push(turn, { role: "assistant", content: reply });
    return reply === expected;
  });
}

/** Share of the items whose every reply is right; of a conversation only the last one counts. */
export function shareRight(model: LocalChatModel, items: readonly Item[]): number {
  const right = items.filter((item) => {
    const replies = ask(model, item);
    return item.family === "C" ? replies.at(-1) === true : replies.every(Boolean);
  });
  return right.length / items.length;
}
