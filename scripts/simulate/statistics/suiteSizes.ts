import { buildPlan } from "../../../evaluation/plan/plan.ts";
import type { ProbeFamily } from "../../../evaluation/plan/probe.ts";
import { type Profile, profiles, type Suite } from "../../../evaluation/suite/suite.ts";

/** What a profile asks for. */
export interface SuiteSize {
  readonly profile: Profile;
  readonly items: number;
  /** Primary attempts: what is sent when nothing fails. */
  readonly requests: number;
  /** Weight of every item, by family. */
  readonly weights: ReadonlyMap<ProbeFamily, readonly number[]>;
}

/** Sizes of all profiles, read from their plans; no seed changes them. */
export function suiteSizes(suite: Suite): SuiteSize[] {
  return profiles.map((profile) => {
    const { items } = buildPlan(suite, profile, `0x${"00".repeat(32)}`);
    const weights = new Map<ProbeFamily, number[]>();
    for (const { family, weight } of items) weights.set(family, [...(weights.get(family) ?? []), weight]);
    const requests = items.reduce((total, { probes }) => total + probes.length, 0);
    return { profile, items: items.length, requests, weights };
  });
}
