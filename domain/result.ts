import { type FamilyIndex, families, familyIndexes, type PerFamily, perFamily } from "./families.ts";
import { type BitField, placeField, readField } from "./words.ts";

/** What a committee measured for one version in one round. Twin of the word in contracts/libraries/ResultLib.sol. */
export interface Result {
  /** bps, family order. */
  readonly scores: PerFamily<bigint>;
  /** Units of evidence. */
  readonly items: bigint;
  /** HTTP requests, retries included. */
  readonly attempts: bigint;
  /** Attempts that repeated a failed one. */
  readonly retries: bigint;
  /** Items of which no attempt succeeded. */
  readonly hardFailures: bigint;
  /** Bits 0..6: the family was measured. */
  readonly flags: bigint;
}

/** A perfect score, bps. */
export const maxScoreBps = 10_000n;

/** Fields of a result word above the scores. */
export const resultFields = {
  items: { offset: 112n, bits: 16n },
  attempts: { offset: 128n, bits: 24n },
  retries: { offset: 152n, bits: 24n },
  hardFailures: { offset: 176n, bits: 24n },
  flags: { offset: 200n, bits: 16n },
} as const satisfies Record<Exclude<keyof Result, "scores">, BitField>;

/** Bits of a result word that are in use; the others are zero. */
const usedBits = 216n;

/** The 16 bits of a family in a word that starts with seven of them (scores of a result, rates of a memory). */
export function familyField(index: number): BitField {
  return { offset: 16n * BigInt(index), bits: 16n };
}

/** The word of a result. Throws FieldOutOfRange for a value that does not fit; does not ask whether the result makes sense. */
export function packResult(result: Result): bigint {
  let word = 0n;
  for (const index of familyIndexes) {
    word |= placeField(`score ${families[index]}`, result.scores[index], familyField(index));
  }
  word |= placeField("items", result.items, resultFields.items);
  word |= placeField("attempts", result.attempts, resultFields.attempts);
  word |= placeField("retries", result.retries, resultFields.retries);
  word |= placeField("hardFailures", result.hardFailures, resultFields.hardFailures);
  return word | placeField("flags", result.flags, resultFields.flags);
}

/** The result in a word; bits that are not in use are ignored (see isWellFormedResult). */
export function unpackResult(word: bigint): Result {
  return {
    scores: perFamily((index) => readField(word, familyField(index))),
    items: readField(word, resultFields.items),
    attempts: readField(word, resultFields.attempts),
    retries: readField(word, resultFields.retries),
    hardFailures: readField(word, resultFields.hardFailures),
    flags: readField(word, resultFields.flags),
  };
}

/** Whether a result says anything about a family. */
export function isMeasured(result: Pick<Result, "flags">, index: FamilyIndex): boolean {
  return ((result.flags >> BigInt(index)) & 1n) !== 0n;
}

/** Every score ≤ 10,000, retries and hard failures ≤ attempts, at least one item, no stray bit. */
export function isWellFormedResult(word: bigint): boolean {
  const { scores, items, attempts, retries, hardFailures } = unpackResult(word);
  return (
    word >= 0n &&
    word >> usedBits === 0n &&
    items > 0n &&
    retries <= attempts &&
    hardFailures <= attempts &&
    scores.every((score) => score <= maxScoreBps)
  );
}
