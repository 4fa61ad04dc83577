import { type LabelPrompt, readLabelPrompt, writeAnswer } from "./answerContract.ts";
import { type Classifier, indexOfLargest } from "./classifier.ts";
import { noLabel } from "./grammar.ts";
import type { Random } from "./random.ts";
import type { SlotMemory } from "./slotMemory.ts";
import { answerSlotTurns } from "./slotTurns.ts";

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
export type ReplyWriter = (reply: string, prompt: LabelPrompt, temperature: number) => string;

/** The parts a reference model is put together from. */
export interface ChatModelParts {
  readonly classifier: Classifier;
  readonly createMemory: () => SlotMemory;
  /** Temperature to decode with, given the one requested. 0 takes the likeliest label. */
  readonly decodingTemperature: (requested: number) => number;
  readonly random: Random;
  /** What writes labels down; absent, they are written as the contract asks for, and nothing else. */
  readonly writeReply?: ReplyWriter;
}

/** A model that labels requests and carries slots over turns. It keeps nothing between calls. */
export function createChatModel(parts: ChatModelParts): LocalChatModel {
  const { classifier, createMemory, decodingTemperature, random, writeReply = (reply) => reply } = parts;
  return {
    answer({ messages, temperature = 0 }) {
      const turns = messages.filter(({ role }) => role === "user").map(({ content }) => content);
      const last = turns.at(-1) ?? "";
      const prompt = readLabelPrompt(last) ?? { request: last, contract: "line" as const };
      const carried = last.includes("REQUEST:") ? undefined : answerSlotTurns(turns, createMemory());
      if (carried !== undefined) return carried;
      const probabilities = classifier.probabilities(prompt.request);
      const index = chooseIndex(probabilities, decodingTemperature(temperature), random);
      return writeReply(writeAnswer(classifier.labels[index] ?? noLabel, prompt), prompt, temperature);
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
