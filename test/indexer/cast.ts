import type { Hex } from "viem";
import type { Result } from "../../domain/result.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { Part } from "./playRound.ts";
import { digestOf, goodResult } from "./Stage.ts";

export const shaky: Result = { ...goodResult, scores: [9_950n, 9_950n, 9_950n, 7_000n, 9_900n, 9_900n, 9_990n] };
export const retried: Result = { ...goodResult, attempts: 1_100n, retries: 200n };
export const broken: Result = { ...goodResult, scores: [3_000n, 9_950n, 9_950n, 9_900n, 9_900n, 9_900n, 9_990n] };

/** Models by the part they play; ids run from 1 in this order. */
export const cast = {
  anchor: 1n,
  shaky: 2n,
  faller: 3n,
  newcomer: 4n,
  experiment: 5n,
  unbonded: 6n,
  renewed: 7n,
  thin: 8n,
  wronged: 9n,
  doubted: 10n,
  slandered: 11n,
  leaver: 12n,
  retiree: 13n,
} as const;

/** The first version of a model. */
export const versionOf = (name: keyof typeof cast): Hex => versionIdOf(cast[name], digestOf(name));

/** A model's part of a round, with its first version. */
export const part = (name: keyof typeof cast, result: Result): Part => ({ modelId: cast[name], name, result });
