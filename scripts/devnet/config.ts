import type { PerFamily } from "../../domain/families.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { sharesOf } from "../../evaluation/suite/sharesOf.ts";
import { type Suite, suiteHash } from "../../evaluation/suite/suite.ts";

/** One round every so many seconds; what is a day on a real network. */
export const epochLength = 30n;

/** Seconds of the devnet for one day of the default policy: a devnet day is one epoch. */
const day = epochLength;
const toDevnet = (seconds: bigint) => (seconds * day) / 86_400n;

/** Decay runs in ticks of a 64th of the half-life, and a tick is a whole number of seconds. */
const wholeTicks = (seconds: bigint) => (seconds / 64n) * 64n;

/** How much each evaluator measures in a round. */
export const profile = "lite" as const;

/** Items of a round: as few as add up, over three rounds of three evaluators, to the evidence that admission needs. */
const counts = { repeat: 24, format: 24, carryOverPerDepth: 4, perturbation: 14, edgePerStratum: 4, load: 24 };

/** Milliseconds: on a machine that does everything at once, a busy second is no reason to throw a round away. */
const maxLatenessMs = 5_000;

/** The standard suite with the devnet's counts; asks what the standard suite asks. */
export function devnetSuite(standard: Suite): Suite {
  return {
    ...standard,
    name: "devnet",
    schedule: { maxLatenessMs },
    profiles: { ...standard.profiles, [profile]: { ...standard.profiles[profile], ...counts } },
  };
}

/**
 * Load is gated here by a low floor, and failing it freezes nothing: all evaluators and all models share one machine, and what a model
 * cannot keep up with there may be the machine's doing.
 */
const lowLoad = {
  floorsBps: withLoad(defaultPolicy.floorsBps, 7_000n),
  slashFloorsBps: withLoad(defaultPolicy.slashFloorsBps, 0n),
} satisfies Partial<Policy>;

function withLoad([r, j, c, p, e, , t]: PerFamily<bigint>, load: bigint): PerFamily<bigint> {
  return [r, j, c, p, e, load, t];
}

/** The standards of the devnet for the suite that its evaluators run. */
export function devnetPolicyFor(suite: Suite): Policy {
  return { ...devnetPolicy(suiteHash(suite)), sharesBps: sharesOf(suite, profile) };
}

/**
 * The default standards with every duration shortened from days to epochs and a low floor for load; all else is the same.
 * @param suiteHash sha256 of the suite that evaluators run
 */
export function devnetPolicy(suiteHash: Policy["suiteHash"]): Policy {
  return {
    ...defaultPolicy,
    ...lowLoad,
    maxAge: toDevnet(defaultPolicy.maxAge),
    halfLife: wholeTicks(toDevnet(defaultPolicy.halfLife)),
    lossEpoch: toDevnet(defaultPolicy.lossEpoch),
    freezeWindow: toDevnet(defaultPolicy.freezeWindow),
    bucketPeriod: toDevnet(defaultPolicy.bucketPeriod),
    // Whoever starts a devnet sees weights in minutes, not in the 75 rounds a new name takes to become known.
    roundsFull: 3n,
    committeeSize: 3n,
    quorum: 2n,
    suiteHash,
  };
}

export const unbondingDelay = 14n * day;

/** A committee has half an epoch to measure, all of it at the same time: the model with one slow worker has to be quick. */
export const glassSpeed = 5;

/** What each reference model must come to: the reason that must be among those it is refused for, or null for admitted. */
export const expectations = {
  anchor: null,
  demo: "perturbation",
  sampler: "repeat",
  formatter: "format",
  "two-step": "carry-over",
  glass: "load",
  retry: "first-try",
  "anchor-v2": "format",
} as const;

export type ReferenceModelName = keyof typeof expectations;

const unit = 10n ** 18n;
export const tokenSupply = 1_000_000_000n * unit;
/** Bond of every reference model's developer, and what the devnet's one delegator adds to some of them. */
export const bonds = { developer: 2_000n * unit, delegator: 1_000n * unit } as const;
/** Rounds of evaluation that every developer prepays: three days and a half of them. */
export const prepaidRounds = 10_000n;
