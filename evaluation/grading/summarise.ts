import { type Family, families, perFamily } from "../../domain/families.ts";
import { packResult } from "../../domain/result.ts";
import type { Evaluation, FamilyScore, RunStats } from "../evaluation.ts";
import { manifestDigest } from "../manifest/manifest.ts";
import type { Observation } from "../run/observation.ts";
import { suiteHash } from "../suite/suite.ts";
import { detailsOf } from "./details.ts";
import type { Verdict } from "./judge.ts";
import { lowerBoundBps } from "./lowerBoundBps.ts";
import type { RunIdentity } from "./runIdentity.ts";

const firstTryLane = families.indexOf("T");
const retryLane = 7;

/** Items that were counted, primaries that never succeeded: everything the result word holds, out of the root's lanes. */
function countsOf({ sums, counts }: Verdict) {
  const attempts = counts[firstTryLane] ?? 0;
  const retries = sums[retryLane] ?? 0;
  const succeeded = (sums[firstTryLane] ?? 0) / 10_000;
  return { items: counts[retryLane] ?? 0, attempts, retries, hardFailures: attempts - retries - succeeded };
}

/** The result word: it follows from the root's lanes alone. 0 when no item counted, which no contract accepts. */
export function wordOf(verdict: Verdict): bigint {
  const { items, attempts, retries, hardFailures } = countsOf(verdict);
  if (items === 0) return 0n;
  const flags = families.reduce((bits, _, lane) => bits | ((verdict.counts[lane] ?? 0) > 0 ? 1 << lane : 0), 0);
  return packResult({
    scores: perFamily((lane) => BigInt(scoreOf(verdict, lane))),
    items: BigInt(items),
    attempts: BigInt(attempts),
    retries: BigInt(retries),
    hardFailures: BigInt(hardFailures),
    flags: BigInt(flags),
  });
}

/** Everything but where the blob lies, which only the caller knows. */
export function summarise(
  identity: RunIdentity,
  verdict: Verdict,
  observations: readonly Observation[],
): Omit<Evaluation, "evidenceHash" | "path"> {
  const { manifest, suite, profile, seed, context } = identity;
  const scores = families.map((family, lane) => [family, familyScore(verdict, family, lane)] as const);
  return {
    profile,
    seed,
    suiteHash: suiteHash(suite),
    manifestDigest: manifestDigest(manifest),
    name: manifest.name,
    context,
    word: wordOf(verdict),
    scores: byFamily(scores.map(([family, { score }]) => [family, score])),
    families: byFamily(scores),
    items: countsOf(verdict).items,
    voided: verdict.voided,
    voidedBy: verdict.voidedBy,
    evidenceRoot: verdict.tree.root.hash,
    details: detailsOf(verdict, identity),
    stats: statsOf(verdict, observations),
  };
}

function familyScore(verdict: Verdict, family: Family, lane: number): FamilyScore {
  const score = scoreOf(verdict, lane);
  const counted = verdict.items.filter(({ item, isCounted }) => isCounted && item.family !== "V");
  const items = family === "T" ? counted.length : counted.filter(({ item }) => item.family === family).length;
  return {
    measured: (verdict.counts[lane] ?? 0) > 0,
    score,
    lowerBound: lowerBoundBps(score, items),
    items,
    numerator: verdict.sums[lane] ?? 0,
    denominator: verdict.counts[lane] ?? 0,
  };
}

function scoreOf({ sums, counts }: Verdict, lane: number): number {
  const denominator = counts[lane] ?? 0;
  return denominator === 0 ? 0 : Math.floor((sums[lane] ?? 0) / denominator);
}

function statsOf(verdict: Verdict, observations: readonly Observation[]): RunStats {
  const first = observations.reduce((earliest, { sent }) => Math.min(earliest, sent), Number.MAX_SAFE_INTEGER);
  const last = observations.reduce((latest, { end }) => Math.max(latest, end), 0);
  const durationMicros = Math.max(0, last - first - verdict.interruptions.gapMicros);
  return {
    attempts: observations.length,
    voidAttempts: verdict.voidAttempts,
    unsent: verdict.items.reduce((sum, { unsent }) => sum + unsent, 0),
    interruptions: verdict.interruptions,
    durationMicros,
    requestsPerSecond: durationMicros === 0 ? 0 : Math.floor((observations.length * 1_000_000) / durationMicros),
  };
}

function byFamily<Value>(entries: readonly (readonly [Family, Value])[]): Record<Family, Value> {
  // Object.fromEntries forgets the key type; every family is there by construction.
  return Object.fromEntries(entries) as Record<Family, Value>;
}
