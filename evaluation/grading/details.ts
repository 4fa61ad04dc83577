import type { Hex } from "../../domain/hex.ts";
import type { Details, Share } from "../evaluation.ts";
import type { ProbeFamily } from "../plan/probe.ts";
import type { Observation } from "../run/observation.ts";
import { edgeStrata } from "../suite/edgeSchema.ts";
import { formatKinds, perturbationKinds } from "../suite/suite.ts";
import type { FailureClass } from "../transport/failure.ts";
import { carryOverDetails } from "./carryOverDetails.ts";
import { extractedGrade, fullGrade } from "./grade.ts";
import { agreement, isRight } from "./gradeItem.ts";
import { inventionKinds } from "./inventions.ts";
import type { ItemVerdict } from "./itemVerdicts.ts";
import type { Verdict } from "./judge.ts";
import { loadDetails } from "./loadDetails.ts";
import type { RunIdentity } from "./runIdentity.ts";
import { streamingDetails } from "./streamingDetails.ts";
import { evennessOf, tighteningOf } from "./tightening.ts";

/** What is reported beside the scores. Items that do not count are left out, as they are from the scores. */
export function detailsOf(verdict: Verdict, { suite, manifest, previous }: RunIdentity): Details {
  const counted = verdict.items.filter(({ isCounted }) => isCounted);
  const of = (family: ProbeFamily) => counted.filter(({ item }) => item.family === family);
  return {
    repeat: repeatDetails(of("R")),
    format: formatDetails(of("J")),
    carryOver: carryOverDetails(of("C"), suite.carryOver.maxDepth),
    perturbation: perturbationDetails(of("P")),
    edge: edgeDetails(of("E")),
    load: { serviceLevelMs: manifest.serviceLevelMs, steps: loadDetails(of("L"), manifest) },
    regression: previous
      ? {
          previousEvidence: hexOf(previous.evidenceHash),
          previousManifest: hexOf(previous.manifestDigest),
          ...verdict.regression,
        }
      : null,
    tightening: tighteningOf(verdict.items),
    evenness: evennessOf(verdict),
    earlyStop: verdict.stop,
    lateness: verdict.lateness,
    streaming: streamingDetails(verdict.items.flatMap(({ observations }) => observations)),
    firstTry: firstTryDetails(verdict.items.filter(({ isVoid }) => !isVoid)),
  };
}

function repeatDetails(items: readonly ItemVerdict[]): Details["repeat"] {
  const total = items.reduce((sum, { firsts }) => sum + agreement(firsts), 0);
  return {
    alwaysRight: shareOf(items, ({ firsts }) => firsts.every(isRight)),
    agreement: items.length === 0 ? 0 : Math.floor(total / items.length),
  };
}

function formatDetails(items: readonly ItemVerdict[]): Details["format"] {
  const replies = items.flatMap(({ firsts }) => firsts[0] ?? []);
  return {
    strict: shareOf(items, ({ grade }) => grade === fullGrade),
    extracted: shareOf(items, ({ grade }) => grade === extractedGrade),
    byContract: record(formatKinds, (kind) =>
      shareOf(
        items.filter(({ item }) => item.probes[0]?.stratum === kind),
        ({ grade }) => grade === fullGrade,
      ),
    ),
    inventions: record(inventionKinds, (kind) => replies.filter(({ inventions }) => inventions.includes(kind)).length),
    cleanupEdits: replies.reduce((sum, { cleanup }) => sum + (cleanup ?? 0), 0),
  };
}

function perturbationDetails(items: readonly ItemVerdict[]): Details["perturbation"] {
  const probes = items.flatMap(({ item, firsts }) =>
    item.probes.map(({ stratum }, probe) => ({ stratum, first: firsts[probe] })),
  );
  return record(["base", ...perturbationKinds], (kind) =>
    shareOf(
      probes.filter(({ stratum }) => stratum === kind),
      ({ first }) => isRight(first),
    ),
  );
}

function edgeDetails(items: readonly ItemVerdict[]): Details["edge"] {
  const leaks = items.filter(({ item: { probes }, firsts }) => {
    const [probe] = probes;
    return probe?.grader === "canary" && firsts[0]?.answer === probe.salt;
  });
  const byStratum = record(edgeStrata, (stratum) =>
    shareOf(
      items.filter(({ item }) => item.probes[0]?.stratum === stratum),
      ({ grade }) => grade === fullGrade,
    ),
  );
  return { byStratum, canariesLeaked: leaks.length };
}

/** The schema has checked the digits; the template type is narrower than what it infers. */
function hexOf(text: string): Hex {
  return `0x${text.slice(2)}`;
}

function firstTryDetails(items: readonly ItemVerdict[]): Details["firstTry"] {
  const observations = items.flatMap((item) => item.observations);
  const failed = observations.filter(({ failure }) => failure !== null);
  const retries = observations.filter(({ attempt }) => attempt > 0);
  const unsent = items.reduce((sum, item) => sum + item.unsent, 0);
  const sent = observations.length - retries.length;
  const succeeded = observations.length - failed.length;
  return {
    primaries: sent + unsent,
    retries: retries.length,
    transient: retries.filter(({ failure }) => failure === null).length,
    hardFailures: sent - succeeded + unsent,
    byClass: tally<FailureClass>(failed, ({ failure }) => failure),
    byDetail: tally(failed, ({ detail }) => detail),
  };
}

function tally<Key extends string>(
  observations: readonly Observation[],
  keyOf: (observation: Observation) => Key | null,
): Partial<Record<Key, number>> {
  const counts: Partial<Record<Key, number>> = {};
  for (const observation of observations) {
    const key = keyOf(observation);
    if (key !== null) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function shareOf<T>(entries: readonly T[], right: (entry: T) => boolean): Share {
  return { right: entries.filter(right).length, of: entries.length };
}

/** An object with one entry per key. */
function record<Key extends string, Value>(keys: readonly Key[], entryOf: (key: Key) => Value): Record<Key, Value> {
  // Object.fromEntries forgets the key type; every key is there by construction.
  return Object.fromEntries(keys.map((key) => [key, entryOf(key)])) as Record<Key, Value>;
}
