import { type Family, families, perFamily } from "../../domain/families.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { sharesOf } from "../../evaluation/suite/sharesOf.ts";
import { loadSuite, type Suite, suiteHash } from "../../evaluation/suite/suite.ts";

const profile = "quick" as const;
/** Without typos: a request that one learnt by heart is then answered right by the reference models, whatever the seed. */
const kinds: Suite["perturbation"]["kinds"] = ["case", "case", "spacing", "filler", "punctuation"];
const counts = { repeat: 2, format: 2, carryOverPerDepth: 1, perturbation: 1, edgePerStratum: 1, load: 0 };
/** Longer than anything on a busy machine takes. */
const everMs = 60_000;

/**
 * The standard suite with some forty requests a version and no load phase: seven evaluators measure several models in seconds. However
 * busy the machine is, no run is invalid: what is tested is what the nodes make of reports, not how they come about.
 */
export async function smallSuite(): Promise<Suite> {
  const standard = await loadSuite();
  return {
    ...standard,
    name: "small",
    carryOver: { ...standard.carryOver, maxDepth: 3 },
    perturbation: { ...standard.perturbation, kinds },
    schedule: { maxLatenessMs: everMs },
    canary: { ...standard.canary, timeoutMs: everMs },
    transport: { ...standard.transport, connectTimeoutMs: everMs, requestTimeoutMs: everMs },
    profiles: { ...standard.profiles, [profile]: { ...standard.profiles[profile], ...counts } },
  };
}

const without = (family: Family, values: Policy["weights"]) =>
  perFamily((index) => (families[index] === family ? 0n : values[index]));

/** What a policy says for it: load is not asked for, and nothing fails a round. */
export function smallSuitePolicy(suite: Suite): Partial<Policy> {
  return {
    suiteHash: suiteHash(suite),
    sharesBps: sharesOf(suite, profile),
    floorsBps: without("L", defaultPolicy.floorsBps),
    weights: without("L", defaultPolicy.weights),
    slashFloorsBps: perFamily(() => 0n),
  };
}
