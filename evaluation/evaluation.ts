import type { Family } from "../domain/families.ts";
import type { Hex } from "../domain/hex.ts";
import type { InventionKind } from "./grading/inventions.ts";
import type { FormatKind, PerturbationKind, Profile } from "./suite/suite.ts";
import type { FailureClass } from "./transport/failure.ts";

/** One family's score and what it stands on. */
export interface FamilyScore {
  /** Whether the suite asked anything of this family. Unmeasured families score 0. */
  readonly measured: boolean;
  /** numerator / denominator, floored; 0..10000 bps. */
  readonly score: number;
  /** Wilson lower bound at z² = 4 over `items`, floored; bps. */
  readonly lowerBound: number;
  readonly items: number;
  /** The family's lanes of the evidence root. */
  readonly numerator: number;
  readonly denominator: number;
}

/** `right` of `of` probes. */
export interface Share {
  readonly right: number;
  readonly of: number;
}

/** What the scores do not show; derived from the same transcripts. */
export interface Details {
  readonly repeat: {
    /** Items right five times of five. */
    readonly alwaysRight: Share;
    /** Mean agreement of the five answers, bps. */
    readonly agreement: number;
  };
  readonly format: {
    readonly strict: Share;
    /** Right only after the fixed extractor. */
    readonly extracted: Share;
    readonly byContract: Readonly<Record<FormatKind, Share>>;
    /** Replies that hold what nobody asked for, by kind. */
    readonly inventions: Readonly<Record<InventionKind, number>>;
    /** Edits from the replies to what was asked for, all replies together. */
    readonly cleanupEdits: number;
  };
  /** The depth curve: share right by depth 1, 2, … */
  readonly carryOver: readonly Share[];
  readonly perturbation: Readonly<Record<"base" | PerturbationKind, Share>>;
  readonly firstTry: {
    readonly primaries: number;
    readonly retries: number;
    /** Failed at first, then succeeded. */
    readonly transient: number;
    /** Never succeeded, unsent ones included. */
    readonly hardFailures: number;
    /** Failed attempts by class. */
    readonly byClass: Readonly<Partial<Record<FailureClass, number>>>;
    /** Failed attempts by the system's code, for people. */
    readonly byDetail: Readonly<Partial<Record<string, number>>>;
  };
}

/** How the run went; from the recorded times, so that a replay finds the same. */
export interface RunStats {
  readonly attempts: number;
  readonly voidAttempts: number;
  /** Units that an abandoned run never sent. */
  readonly unsent: number;
  readonly durationMicros: number;
  readonly requestsPerSecond: number;
}

/** The outcome of a run, and of every replay of its evidence. */
export interface Evaluation {
  readonly profile: Profile;
  readonly seed: Hex;
  readonly suiteHash: Hex;
  readonly manifestDigest: Hex;
  readonly name: string;
  readonly context: Readonly<Record<string, string>>;
  /** The result word as it goes on chain; 0 when nothing at all could be counted. */
  readonly word: bigint;
  readonly scores: Readonly<Record<Family, number>>;
  readonly families: Readonly<Record<Family, FamilyScore>>;
  readonly items: number;
  /** More than the allowed share of attempts is void: the run is invalid and must not be posted. */
  readonly voided: boolean;
  /** Hash of the Merkle-sum root. */
  readonly evidenceRoot: Hex;
  /** SHA-256 of the blob, which also names it. */
  readonly evidenceHash: Hex;
  /** The blob on disk. */
  readonly path: string;
  readonly details: Details;
  readonly stats: RunStats;
}
