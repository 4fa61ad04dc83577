import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import type { Counts, Profile, Suite } from "../suite/suite.ts";
import { Conversations } from "./conversations.ts";
import { Dice } from "./dice.ts";
import { formatItem, perturbationItem, repeatItem } from "./planItems.ts";
import type { Item, PlannedItem } from "./probe.ts";
import type { Question } from "./question.ts";
import { Questions } from "./questions.ts";

/** What one worker sends in a go: a single probe, or a whole conversation in order. */
export interface Unit {
  readonly item: number;
  readonly probes: readonly number[];
}

export interface Plan {
  readonly items: readonly Item[];
  /** Units in sending order. */
  readonly order: readonly Unit[];
}

/** Derives every prompt, every right answer and the sending order from the seed alone. */
export function buildPlan(suite: Suite, profile: Profile, seed: Hex): Plan {
  const counts = suite.profiles[profile];
  const diceAt: DiceAt = (label, index) => new Dice(draw(seed, label, BigInt(index)));
  const planned = planItems(suite, counts, diceAt);
  const items = planned.map(({ family, probes, weight }, index) => ({ index, family, probes, weight }));
  const offset = (index: number) => Number(draw(seed, "order", BigInt(index)) % lap);
  return { items, order: sendingOrder(planned, offset) };
}

/** The draw of one item: label and index tell which. */
type DiceAt = (label: string, index: number) => Dice;

/** Items of R, J, C and P, in this order; none where the packs have nothing to ask. */
function planItems(suite: Suite, counts: Counts, diceAt: DiceAt): PlannedItem[] {
  const questions = new Questions(suite);
  const ask = (n: number, label: string, make: (asked: Asked) => PlannedItem) =>
    Array.from({ length: questions.isEmpty ? 0 : n }, (_, index) => {
      const dice = diceAt(label, index);
      return make({ ...questions.draw(index, dice), dice, index });
    });
  return [
    ...ask(counts.repeat, "repeat", ({ question, dice }) => repeatItem(suite, question, dice)),
    ...ask(counts.format, "format", ({ question, nth }) => formatItem(question, nth)),
    ...carryOverItems(suite, counts, diceAt),
    ...ask(counts.perturbation, "perturbation", ({ question, dice, index }) =>
      perturbationItem(suite, { question, dice, typoDice: diceAt("typo", index) }),
    ),
  ];
}

/** A question drawn for an item. */
interface Asked {
  readonly question: Question;
  /** How many of its task were drawn before. */
  readonly nth: number;
  readonly dice: Dice;
  readonly index: number;
}

function carryOverItems(suite: Suite, counts: Counts, diceAt: DiceAt): PlannedItem[] {
  const conversations = new Conversations(suite);
  const { maxDepth } = suite.carryOver;
  return Array.from({ length: conversations.isEmpty ? 0 : counts.carryOverPerDepth * maxDepth }, (_, index) =>
    conversations.draw(Math.floor(index / maxDepth), 1 + (index % maxDepth), diceAt("carry-over", index)),
  );
}

const lap = 1n << 32n;

/**
 * Shuffles by systematic sampling: an item with m laps starts at a random point of the run's first m-th and returns every m-th of it,
 * so that two requests of one item are never close, which a plain shuffle does not promise.
 */
function sendingOrder(items: readonly PlannedItem[], offset: (item: number) => number): Unit[] {
  const placed = items.flatMap(({ family, probes, laps }, item) => {
    const start = offset(item);
    if (family === "C") return [{ place: start, unit: { item, probes: probes.map((_, probe) => probe) } }];
    return laps.map((nth, probe) => ({
      place: Math.floor((start + nth * Number(lap)) / laps.length),
      unit: { item, probes: [probe] },
    }));
  });
  placed.sort((a, b) => a.place - b.place || a.unit.item - b.unit.item);
  return placed.map(({ unit }) => unit);
}
