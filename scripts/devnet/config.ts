import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { loadSuite, type Suite } from "../../evaluation/suite/suite.ts";

/** One round every so many seconds; what is a day on a real network. */
export const epochLength = 30n;

/** Seconds of the devnet for one day of the default policy: a devnet day is one epoch. */
const day = epochLength;
const toDevnet = (seconds: bigint) => (seconds * day) / 86_400n;

/** Decay runs in ticks of a 64th of the half-life, and a tick is a whole number of seconds. */
const wholeTicks = (seconds: bigint) => (seconds / 64n) * 64n;

/**
 * The default standards for a suite that measures all seven families: E and L are gated like the others, and the shares are those
 * of its standard profile (R 80, J 80, C 84, P 50, E 60, L 93 items).
 */
export const fullStandards: Policy = {
  ...defaultPolicy,
  floorsBps: [9_000n, 9_000n, 9_000n, 8_500n, 8_500n, 8_500n, 9_700n],
  slashFloorsBps: [7_000n, 7_000n, 6_500n, 5_500n, 5_500n, 5_500n, 8_500n],
  sharesBps: [1_789n, 1_789n, 1_879n, 1_118n, 1_342n, 2_080n, 10_000n],
  weights: [20n, 15n, 20n, 15n, 10n, 10n, 10n],
};

/**
 * The standard suite for a machine that runs a whole network: what it asks is the same, but requests may leave late where
 * everybody waits for the same two cores.
 */
export async function devnetSuite(): Promise<Suite> {
  const suite = await loadSuite();
  return { ...suite, name: "devnet", schedule: { ...suite.schedule, maxLatenessMs: 10_000 } };
}

/**
 * The full standards with every duration shortened from days to epochs; rules, floors and code are the same.
 * @param suiteHash sha256 of the suite the devnet's evaluators run
 */
export function devnetPolicy(suiteHash: Policy["suiteHash"]): Policy {
  return {
    ...fullStandards,
    maxAge: toDevnet(fullStandards.maxAge),
    halfLife: wholeTicks(toDevnet(fullStandards.halfLife)),
    lossEpoch: toDevnet(fullStandards.lossEpoch),
    freezeWindow: toDevnet(fullStandards.freezeWindow),
    bucketPeriod: toDevnet(fullStandards.bucketPeriod),
    committeeSize: 3n,
    quorum: 2n,
    suiteHash,
  };
}

export const unbondingDelay = 14n * day;

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
/** A quarter of the standard counts: three rounds of three evaluators still add up to the evidence that admission needs. */
export const profile = "lite" as const;
/** Rounds of evaluation that every developer prepays: three days and a half of them. */
export const prepaidRounds = 10_000n;
