import type { Classification } from "./classification.ts";
import type { Arithmetic, Slots } from "./conversations.ts";
import { type Extraction, wordings } from "./extraction.ts";
import { placesOf } from "./phrase.ts";

/** How many different requests a classification can draw. */
export function classificationInstances({ intents, words }: Classification): bigint {
  const phrasings = Object.values(intents).flatMap(({ train, heldOut }) => [...train, ...heldOut]);
  return sum(phrasings.map((text) => product(placesOf(text).map((place) => BigInt(words[place]?.length ?? 0)))));
}

/** How many different requests an extraction can draw. */
export function extractionInstances({ phrasings, fields, words }: Extraction): bigint {
  return sum([...phrasings.train, ...phrasings.heldOut].map((text) => wordings(text, fields, words)));
}

/** How many different conversations of 1..maxDepth turns about slots there are, to the last question. */
export function slotsInstances({ slots, values, operations }: Slots, maxDepth: number): bigint {
  const all = BigInt(slots.length);
  const contents = BigInt(typeof values === "number" ? values : values.length);
  const may = (weight: number) => (weight > 0 ? 1n : 0n);
  return countConversations(maxDepth, (filled, touched) => {
    const cleared = touched - filled;
    const fresh = all - touched;
    const set = filled === 0n ? contents : may(operations.set) * contents;
    const copy = may(operations.copy) * filled;
    return [
      // Into a slot that is filled already, into a cleared one, into one that was never touched.
      { ways: set * filled + copy * (filled > 0n ? filled - 1n : 0n), filled, touched },
      { ways: (set + copy) * cleared, filled: filled + 1n, touched },
      { ways: (set + copy) * fresh, filled: filled + 1n, touched: touched + 1n },
      { ways: may(operations.clear) * filled, filled: filled - 1n, touched },
      { ways: may(operations.swap) * filled * (filled > 0n ? filled - 1n : 0n), filled, touched },
    ];
  });
}

/** How many different conversations of 1..maxDepth turns about counters there are at least: subtractions are left out. */
export function arithmeticInstances({ counters, start, step, operations }: Arithmetic, maxDepth: number): bigint {
  const all = BigInt(counters.length);
  const may = (weight: number) => (weight > 0 ? 1n : 0n);
  return countConversations(maxDepth, (filled, touched) => {
    const set = (filled === 0n ? 1n : may(operations.set)) * BigInt(start + 1);
    const change = may(operations.add) * BigInt(step) + may(operations.double);
    return [
      { ways: (set + change) * filled, filled, touched },
      { ways: set * (all - touched), filled: filled + 1n, touched: touched + 1n },
    ];
  });
}

/** What the count of conversations goes by: how many slots hold something, how many were ever named. */
interface Step {
  readonly ways: bigint;
  readonly filled: bigint;
  readonly touched: bigint;
}

/** Sums over depths 1..maxDepth of turn sequences times slots that can be asked for at the end. */
function countConversations(maxDepth: number, steps: (filled: bigint, touched: bigint) => readonly Step[]): bigint {
  let states = new Map([["0/0", { ways: 1n, filled: 0n, touched: 0n }]]);
  let total = 0n;
  for (let depth = 1; depth <= maxDepth; depth++) {
    const next = new Map<string, Step>();
    for (const state of states.values()) {
      for (const { ways, filled, touched } of steps(state.filled, state.touched)) {
        if (ways === 0n) continue;
        const key = `${filled}/${touched}`;
        next.set(key, { ways: (next.get(key)?.ways ?? 0n) + state.ways * ways, filled, touched });
      }
    }
    states = next;
    total += sum([...states.values()].map(({ ways, touched }) => ways * touched));
  }
  return total;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function product(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total * value, 1n);
}
