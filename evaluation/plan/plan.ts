import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { edgeStrata } from "../suite/edgeSchema.ts";
import type { Counts, Profile, Suite } from "../suite/suite.ts";
import { type LoadStep, loadArrivals } from "./arrivals.ts";
import { Conversations } from "./conversations.ts";
import { Dice } from "./dice.ts";
import { edgeItem } from "./edgeItem.ts";
import { loadItem } from "./loadItem.ts";
import { loadSteps } from "./loadSteps.ts";
import { formatItem, perturbationItem, repeatItem } from "./planItems.ts";
import type { PreviousRun } from "./previousRun.ts";
import type { Item, PlannedItem } from "./probe.ts";
import { Questions } from "./questions.ts";
import { regressionItems } from "./regressionItems.ts";
import { Rotation } from "./rotation.ts";
import { sendingOrder, type Unit } from "./sendingOrder.ts";

/** What the manifest says that the plan depends on. */
export type PlannedModel = Pick<Manifest, "contextSize" | "declaredRate" | "serviceLevelMs">;

export interface PlanInput {
  readonly suite: Suite;
  readonly profile: Profile;
  readonly seed: Hex;
  readonly manifest: PlannedModel;
  /** Without it V asks nothing. */
  readonly previous?: PreviousRun | undefined;
}

export interface Plan {
  readonly items: readonly Item[];
  /** Units of the main phase, in sending order. */
  readonly order: readonly Unit[];
  /** The load phase, which follows: its steps one after the other. Empty without load items. */
  readonly load: readonly LoadStep[];
  /** Milliseconds from a request's scheduled time within which its answer is of use. */
  readonly serviceLevelMs: number;
  /** Whether the main phase may end before everything is asked. */
  readonly stopsEarly: boolean;
}

/**
 * Derives every prompt, every right answer, the sending order and the times of the load phase from the seed, what the manifest
 * declares, and the questions of the version before.
 * @throws RegressionDrawError when `previous` holds other questions than the seed demands
 */
export function buildPlan({ suite, profile, seed, manifest, previous }: PlanInput): Plan {
  const planned = plannedItems({ suite, profile, seed, manifest, previous });
  const items = planned.map(({ family, probes, weight }, index) => ({ index, family, probes, weight }));
  const stopsEarly = suite.earlyStop.profiles.includes(profile);
  const loaded = items.filter(({ family }) => family === "L").map(({ index }) => index);
  return {
    items,
    order: sendingOrder(planned, seed, stopsEarly ? suite.earlyStop.blocks : 1),
    load: loadArrivals(loaded, seed, manifest.declaredRate),
    serviceLevelMs: manifest.serviceLevelMs,
    stopsEarly,
  };
}

/** The draw of one item: label and index tell which. */
type DiceAt = (label: string, index: number) => Dice;

/** All items, family after family; none of a family for which the packs have nothing to ask. */
function plannedItems({ suite, profile, seed, manifest, previous }: PlanInput): PlannedItem[] {
  const counts = suite.profiles[profile];
  const dice: DiceAt = (label, index) => new Dice(draw(seed, label, BigInt(index)));
  const questions = new Questions(suite);
  const single = (n: number, make: (index: number) => PlannedItem | []) =>
    Array.from({ length: questions.isEmpty ? 0 : n }, (_, index) => make(index)).flat();
  return [
    ...single(counts.repeat, (index) => {
      const own = dice("repeat", index);
      return repeatItem(suite, questions.draw(index, own).question, own);
    }),
    ...single(counts.format, (index) => {
      const { question, nth } = questions.draw(index, dice("format", index));
      return formatItem(question, nth);
    }),
    ...carryOverItems(suite, counts, dice),
    ...single(counts.perturbation, (index) => {
      // The question of the repeat item with the same number: the tightening curve follows one question through both.
      const { question } = questions.draw(index, dice("repeat", index));
      if (question.isFixed) return [];
      const draws = { variants: dice("perturbation", index), typos: dice("typo", index) };
      return perturbationItem(suite, { question, ...draws });
    }),
    ...edgeItems(suite, counts, { dice, contextSize: manifest.contextSize }),
    ...single(counts.load, (index) => {
      const own = dice("load", index);
      return loadItem((nth) => questions.draw(index * loadSteps.length + nth, own).question);
    }),
    ...regressionItems({ seed, count: counts.regression }, previous),
  ];
}

function carryOverItems(suite: Suite, counts: Counts, dice: DiceAt): PlannedItem[] {
  const conversations = new Conversations(suite);
  const { maxDepth } = suite.carryOver;
  return Array.from({ length: conversations.isEmpty ? 0 : counts.carryOverPerDepth * maxDepth }, (_, index) =>
    conversations.draw(Math.floor(index / maxDepth), 1 + (index % maxDepth), dice("carry-over", index)),
  );
}

interface EdgeDraw {
  readonly dice: DiceAt;
  readonly contextSize: number;
}

/** Every edge as often as every other: the mean over items is then the mean of the strata's means. The strata take turns, and so do the packs. */
function edgeItems(
  suite: Suite,
  { edgePerStratum, edgeNearLimit }: Counts,
  { dice, contextSize }: EdgeDraw,
): PlannedItem[] {
  const tasks = suite.packs.flatMap(({ classification, weight = 1 }) =>
    classification ? [{ task: classification, weight }] : [],
  );
  if (tasks.length === 0) return [];
  const rotation = new Rotation(tasks.map(({ weight }) => weight));
  const strata = edgeStrata.filter((stratum) => edgeNearLimit || stratum !== "near-limit");
  return Array.from({ length: edgePerStratum * strata.length }, (_, index) => index).flatMap((index) => {
    const stratum = strata[index % strata.length];
    const nth = Math.floor(index / strata.length);
    const chosen = tasks[rotation.at(nth + (index % strata.length)).index];
    if (!stratum || !chosen) return [];
    return [edgeItem(suite, dice("edge", index), { task: chosen.task, stratum, nth, contextSize })];
  });
}
