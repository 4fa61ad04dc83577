import { perFamily } from "../../../domain/families.ts";
import { type Memory, massPerItem, memoryFlags, packMemory, unpackMemory } from "../../../domain/memory.ts";
import { packResult, type Result, unpackResult } from "../../../domain/result.ts";

/** Hand-picked cases of a rule; values as its schema reads them, bigints instead of digits. */
export interface EdgeCases {
  readonly about: string;
  readonly cases: Readonly<Record<string, object>>;
}

/** Hand-picked cases by the name of their rule. */
export type EdgeCasesByRule = Readonly<Record<string, EdgeCases>>;

export const maxWord = (1n << 256n) - 1n;
export const day = 86_400n;
export const token = 10n ** 18n;
/** Time at which the memories below last faded. */
export const start = 1_800_000_000n;

/** A memory word: a good full record in the standard lane, but for the fields given. */
export function memory(fields: Partial<Memory>): bigint {
  return packMemory({
    ...unpackMemory(0n),
    rates: perFamily(() => 49_500n),
    mass: 4_000n * massPerItem,
    tickedAt: start,
    lastRound: 10n,
    rounds: 5n,
    flags: memoryFlags.exists | memoryFlags.standard,
    ...fields,
  });
}

/** A result word: 600 perfect items, but for the fields given. */
export function result(fields: Partial<Result>): bigint {
  const measured = { scores: perFamily(() => 10_000n), items: 600n, attempts: 1_000n, flags: 0x7fn };
  return packResult({ ...unpackResult(0n), ...measured, ...fields });
}

/** One score for all families but those given by their place. */
export function scores(values: Partial<Record<number, bigint>>, others = 10_000n): Result["scores"] {
  return perFamily((index) => values[index] ?? others);
}

/** A stake that covers what the default policy asks of the standard lane. */
export const goodStake = {
  bond: 2_000n * token,
  delegated: 10_000n * token,
  shares: 10_000n * token * 1_000n,
};
