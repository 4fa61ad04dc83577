import type { Hex } from "../../domain/hex.ts";
import { buildPlan } from "../../evaluation/plan/plan.ts";
import type { Item } from "../../evaluation/plan/probe.ts";
import { controlOf, turnsOf, unitsOf } from "../../evaluation/plan/unitsOf.ts";
import { loadSuite, type Profile } from "../../evaluation/suite/suite.ts";
import type { ChatMessage, LocalChatModel } from "../../examples/reference-models/chatModel.ts";

/** A suite's questions (absent: the standard one's), as a run with this seed would ask them. */
export async function plannedItems(profile: Profile, seed: Hex, suiteFile?: string): Promise<readonly Item[]> {
  const manifest = { contextSize: 8_192, declaredRate: 200, serviceLevelMs: 250 };
  return buildPlan({ suite: await loadSuite(suiteFile), profile, seed, manifest }).items;
}

/** Asks the model everything in an item, a conversation turn by turn and then in one message. @returns whether each reply was right to the letter */
export function ask(model: LocalChatModel, item: Item): boolean[] {
  return unitsOf(item).flatMap((unit) => {
    const history: ChatMessage[] = [];
    return unit.map((index) => {
      const { prompt = "", expected } = item.probes[index] ?? {};
      history.push({ role: "user", content: prompt });
      const reply = model.answer({ messages: history, temperature: 0 });
      history.push({ role: "assistant", content: reply });
      return reply === expected;
    });
  });
}

/** Share of the items whose every reply is right; of a conversation only that to its question counts. */
export function shareRight(model: LocalChatModel, items: readonly Item[]): number {
  const right = items.filter((item) => {
    const replies = ask(model, item);
    return item.family === "C" ? turnsOf(replies).at(-1) === true : replies.every(Boolean);
  });
  return right.length / items.length;
}

/** Share of the conversations that come out right when all of one is asked in a single message. */
export function shareOfControlsRight(model: LocalChatModel, conversations: readonly Item[]): number {
  const right = conversations.filter((item) => controlOf(ask(model, item)) === true);
  return right.length / conversations.length;
}
