import type { Hex } from "viem";
import { findShownFraud, type ShownLeaf, unaccountedLeaf } from "../../evaluation/evidence/findShownFraud.ts";
import type { SumsFraud } from "../../evaluation/evidence/findWrongSums.ts";
import { findFraud } from "../../evaluation/replay/findFraud.ts";
import type { Claims } from "../../evaluation/replay/readClaims.ts";
import { suiteHash } from "../../evaluation/suite/suite.ts";
import type { Report } from "../messages/message.ts";

/**
 * What the evidence of a report comes to.
 * - `clean`: it is what was signed, adds up, and is what the seed and the replies demand;
 * - `wrongSums`: sums were made up, and the inspector takes the proof;
 * - `wrongRecord`: a record is not what the seed or its reply demands: no contract can tell, everybody can recompute it;
 * - `unbacked`: the records do not lead to the root that was signed: openings may show where;
 * - `unreadable`: it is no evidence at all.
 */
export const findings = ["clean", "wrongSums", "wrongRecord", "unbacked", "unreadable"] as const;

export type Finding = (typeof findings)[number];

export interface Audit {
  readonly finding: Finding;
  /** Null when it is clean. */
  readonly why: string | null;
  readonly proof: SumsFraud | null;
}

/** What the probes of a report had to be drawn with. */
export interface Demanded {
  readonly seed: Hex;
  readonly suiteHash: Hex;
}

/** @param shown Openings of the evidence, from answers to challenges. */
export function auditClaims(
  claims: Claims,
  report: Pick<Report, "evidenceRoot" | "word">,
  { demanded, shown }: { readonly demanded: Demanded; readonly shown: readonly ShownLeaf[] },
): Audit {
  const proof = findShownFraud(claims.tree, report.evidenceRoot, shown);
  if (proof) return proven(proof);
  const fraud = findFraud(claims, report);
  if (fraud?.kind === "wrongSums" || fraud?.kind === "wrongLeaf") return proven(fraud);
  if (fraud?.kind === "unavailable") {
    const leaf = unaccountedLeaf(claims.tree, report.evidenceRoot, shown) ?? fraud.request.leafIndex;
    return { finding: "unbacked", why: `${fraud.why}; a challenge of leaf ${leaf} shows more`, proof: null };
  }
  const foreign = foreignProbes(claims, demanded);
  if (foreign !== null) return { finding: "wrongRecord", why: foreign, proof: null };
  if (fraud) return { finding: "wrongRecord", why: `${fraud.where}: ${fraud.why}`, proof: null };
  return { finding: "clean", why: null, proof: null };
}

const proven = (proof: SumsFraud): Audit => ({ finding: "wrongSums", why: describe(proof), proof });

function describe({ kind, path }: SumsFraud): string {
  if (kind === "wrongLeaf")
    return `leaf ${path.index} is counted with sums, or at a place, that it was not hashed with`;
  if (path.siblings.length === 0) return "the word does not follow from the root of the evidence";
  return `the sums of node ${path.index}, ${path.siblings.length} below the root, are not those of its children`;
}

function foreignProbes({ identity }: Claims, demanded: Demanded): string | null {
  if (suiteHash(identity.suite) !== demanded.suiteHash) return `the suite is not the round's (${demanded.suiteHash})`;
  if (identity.seed !== demanded.seed) return `the probes were drawn with ${identity.seed}, not with ${demanded.seed}`;
  return null;
}
