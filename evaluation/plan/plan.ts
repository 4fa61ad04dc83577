import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { edgeStrata } from "../suite/edgeSchema.ts";
import type { Counts, Profile, Suite } from "../suite/suite.ts";
import { type LoadStep, loadArrivals } from "./arrivals.ts";
import { carryOverItem } from "./carryOverItem.ts";
import { Dice } from "./dice.ts";
import { edgeItem } from "./edgeItem.ts";
import { loadItem } from "./loadItem.ts";
import { formatItem, perturbationItem, repeatItem } from "./planItems.ts";
import type { PreviousRun } from "./previousRun.ts";
import type { Item, PlannedItem } from "./probe.ts";
import { regressionItems } from "./regressionItems.ts";
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

/** All items, family after family. */
function plannedItems({ suite, profile, seed, manifest, previous }: PlanInput): PlannedItem[] {
  const counts = suite.profiles[profile];
  const dice = (label: string, index: number) => new Dice(draw(seed, label, BigInt(index)));
  const times = (n: number, make: (index: number) => PlannedItem) =>
    Array.from({ length: n }, (_, index) => make(index));
  const depths = suite.carryOver.maxDepth;
  return [
    ...times(counts.repeat, (index) => repeatItem(suite, dice("repeat", index))),
    ...times(counts.format, (index) => formatItem(suite, dice("format", index), index)),
    ...times(counts.carryOverPerDepth * depths, (index) =>
      carryOverItem(suite, dice("carry-over", index), 1 + (index % depths)),
    ),
    ...times(counts.perturbation, (index) =>
      // The request of the repeat item with the same number: the tightening curve follows one question through both.
      perturbationItem(suite, {
        request: dice("repeat", index),
        variants: dice("perturbation", index),
        typos: dice("typo", index),
      }),
    ),
    ...edgePlaces(counts).map((place, index) =>
      edgeItem(suite, dice("edge", index), { ...place, contextSize: manifest.contextSize }),
    ),
    ...times(counts.load, (index) => loadItem(suite, dice("load", index))),
    ...regressionItems({ seed, count: counts.regression }, previous),
  ];
}

/** Every edge as often as every other: the mean over items is then the mean of the strata's means. The strata take turns. */
function edgePlaces({ edgePerStratum, edgeNearLimit }: Counts) {
  const strata = edgeStrata.filter((stratum) => edgeNearLimit || stratum !== "near-limit");
  return Array.from({ length: edgePerStratum }, (_, nth) => strata.map((stratum) => ({ stratum, nth }))).flat();
}
