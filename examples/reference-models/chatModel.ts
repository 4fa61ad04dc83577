import { type Choice, indexOfLargest } from "./classifier.ts";
import type { Random } from "./random.ts";
import type { Skill } from "./skill.ts";
import type { SlotMemory } from "./slotMemory.ts";
import { readTaskPrompt, type TaskPrompt } from "./taskPrompt.ts";
import type { TurnReader } from "./turns.ts";

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** A conversation and how to decode the answer. */
export interface ChatPrompt {
  readonly messages: readonly ChatMessage[];
  /** As requested; absent means 0. */
  readonly temperature?: number | undefined;
}

/** Answers a conversation: at once when the model is in this process, later when it is behind a gateway. */
export interface ChatModel {
  answer(prompt: ChatPrompt): string | Promise<string>;
}

/** A chat model whose weights are in this process. */
export interface LocalChatModel extends ChatModel {
  answer(prompt: ChatPrompt): string;
}

/** Writes the text of a reply, given what it must say and the prompt that asks for it. */
export type ReplyWriter = (reply: string, prompt: TaskPrompt, temperature: number) => string;

/** The parts a reference model is put together from. */
export interface ChatModelParts {
  /** What it can be asked in a single message; the first one is what it does when nothing says what is asked. */
  readonly skills: readonly Skill[];
  readonly readTurns: TurnReader;
  readonly createMemory: () => SlotMemory;
  /** Temperature to decode with, given the one requested. 0 takes the likeliest class. */
  readonly decodingTemperature: (requested: number) => number;
  readonly random: Random;
  /** What writes replies down; absent, they are written as asked for, and nothing else. */
  readonly writeReply?: ReplyWriter;
}

/** A model that answers requests and carries slots and counters over turns. It keeps nothing between calls. */
export function createChatModel(parts: ChatModelParts): LocalChatModel {
  const { skills, readTurns, createMemory, decodingTemperature, random, writeReply = (reply) => reply } = parts;
  return {
    answer({ messages, temperature = 0 }) {
      const turns = messages.filter(({ role }) => role === "user").map(({ content }) => content);
      const last = turns.at(-1) ?? "";
      const asked = readTaskPrompt(last);
      const carried = asked ? undefined : readTurns(turns, createMemory());
      if (carried !== undefined) return carried;
      const prompt = asked ?? { instructions: "", request: last };
      const skill = skills.find(({ isAskedBy }) => isAskedBy(prompt.instructions)) ?? skills[0];
      const choose: Choice = (probabilities) => chooseIndex(probabilities, decodingTemperature(temperature), random);
      return writeReply(skill?.reply(prompt, choose) ?? "", prompt, temperature);
    },
  };
}

/** Draws an index from probabilities sharpened (below 1) or flattened (above 1) by a temperature; 0 is the largest. */
export function chooseIndex(probabilities: Float64Array, temperature: number, random: Random): number {
  if (temperature <= 0) return indexOfLargest(probabilities);
  const weights = probabilities.map((probability) => probability ** (1 / temperature));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return index < 0 ? indexOfLargest(probabilities) : index;
}
