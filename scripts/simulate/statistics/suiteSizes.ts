import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import { loadSteps } from "../../../evaluation/plan/loadSteps.ts";
import { buildPlan } from "../../../evaluation/plan/plan.ts";
import type { ProbeFamily } from "../../../evaluation/plan/probe.ts";
import { type Profile, profiles, type Suite } from "../../../evaluation/suite/suite.ts";

/** Families with a score of their own. */
export type ScoredFamily = Exclude<ProbeFamily, "V">;

/** What a profile asks for. */
export interface SuiteSize {
  readonly profile: Profile;
  /** Items that count as evidence: those of V do not. */
  readonly items: number;
  /** Primary attempts: what is sent when nothing fails and the version before is known. */
  readonly requests: number;
  /** Items of V. */
  readonly regression: number;
  /** Requests of each load. */
  readonly load: number;
  readonly families: readonly FamilySize[];
}

export interface FamilySize {
  readonly family: ScoredFamily;
  readonly items: number;
  /** Weight of everything in it that is right or wrong by itself. */
  readonly weights: readonly number[];
}

/** Sizes of all profiles, read from their plans; no seed and no model changes them. */
export function suiteSizes(suite: Suite): SuiteSize[] {
  const manifest = manifestForEndpoint("http://127.0.0.1");
  return profiles.map((profile) => {
    const { items } = buildPlan({ suite, profile, seed: `0x${"00".repeat(32)}`, manifest });
    const weights = new Map<ScoredFamily, number[]>();
    for (const { family, weight } of items) {
      if (family !== "V") weights.set(family, [...(weights.get(family) ?? []), weight]);
    }
    const { regression, load } = suite.profiles[profile];
    const requests = items.reduce((total, { probes }) => total + probes.length, regression);
    const families = [...weights].map(([family, own]) => {
      // The three requests of a load item are three different questions.
      const parts = family === "L" ? own.flatMap(() => loadSteps.map(({ weight }) => weight)) : own;
      return { family, items: own.length, weights: parts };
    });
    return { profile, items: items.length, requests, regression, load, families };
  });
}
