import { associativeMemoryMaker } from "./associativeMemory.ts";
import { createChatModel, type LocalChatModel } from "./chatModel.ts";
import { formatterOf } from "./formatter.ts";
import type { Random } from "./random.ts";
import { createExactMemory } from "./slotMemory.ts";
import type { Weights } from "./trainWeights.ts";

/** The models that answer in this process, without a queue or a network before them. */
export interface LocalModels {
  readonly anchor: LocalChatModel;
  readonly demo: LocalChatModel;
  readonly sampler: LocalChatModel;
  readonly formatter: LocalChatModel;
  readonly "two-step": LocalChatModel;
  readonly "anchor-v2": LocalChatModel;
  /** The anchor when it leaves at its early exit, and before its first training step. */
  readonly earlyExit: LocalChatModel;
  readonly untrained: LocalChatModel;
}

/** Temperature the sampler decodes with, whatever was asked for. */
const samplerTemperature = 0.94;

const twoStepMemory = { dimension: 64, retention: 0.895, threshold: 0.505 } as const;

/**
 * Puts models together from weights; models that share weights share one training.
 * @param random what sampled answers are drawn with
 */
export function createModels(weights: Weights, random: Random): LocalModels {
  const anchor = {
    skills: weights.anchor,
    readTurns: weights.readTurns,
    createMemory: createExactMemory,
    decodingTemperature: (requested: number) => requested,
    random,
  };
  return {
    anchor: createChatModel(anchor),
    demo: createChatModel({ ...anchor, skills: weights.demo }),
    sampler: createChatModel({ ...anchor, decodingTemperature: () => samplerTemperature }),
    formatter: createChatModel({ ...anchor, writeReply: formatterOf(weights.envelopes, random) }),
    "two-step": createChatModel({ ...anchor, createMemory: associativeMemoryMaker(twoStepMemory, weights.seed) }),
    "anchor-v2": createChatModel({ ...anchor, skills: weights.retrained }),
    earlyExit: createChatModel({ ...anchor, skills: weights.earlyExit }),
    untrained: createChatModel({ ...anchor, skills: weights.untrained }),
  };
}
