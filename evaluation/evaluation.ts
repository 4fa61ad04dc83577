import type { Family } from "../domain/families.ts";
import type { Hex } from "../domain/hex.ts";
import type { InventionKind } from "./grading/inventions.ts";
import type { Interruptions, VoidReason } from "./grading/judge.ts";
import type { Lateness } from "./grading/lateness.ts";
import type { Decision } from "./grading/sequentialTest.ts";
import type { LoadStratum } from "./plan/loadSteps.ts";
import type { EdgeStratum } from "./suite/edgeSchema.ts";
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

/** A percentile of the time from schedule to answer, over all requests of one load; a request that failed takes for ever. */
export interface Tail {
  /** Microseconds; null when so many failed that the percentile is one of them. */
  readonly micros: number | null;
  /** Upper bound at 99 % confidence, whatever the distribution (an order statistic); null when it takes more requests, or one that failed. */
  readonly upperMicros: number | null;
}

/** How the model fared at one load. */
export interface LoadDetails {
  readonly stratum: LoadStratum;
  /** Of the declared rate; bps. */
  readonly shareBps: number;
  /** Requests a second that were scheduled on average; in thousandths. */
  readonly scheduledMilliHertz: number;
  /** Right at the first attempt and within the service level. */
  readonly goodput: Share;
  /** First attempts that were right but came too late, that were answered but wrong, that failed. */
  readonly late: number;
  readonly wrong: number;
  readonly failed: number;
  readonly p50: Tail;
  readonly p95: Tail;
  readonly p99: Tail;
}

/** The share of questions right as the standard tightens, each step among the one before; nothing more was asked for it. */
export interface Tightening {
  /** Questions that were both repeated and perturbed. */
  readonly questions: number;
  /** τ1: a lenient reader finds the right label in the first reply. */
  readonly loose: number;
  /** τ2: the first reply is exactly right. */
  readonly strict: number;
  /** τ3: exactly right five times of five. */
  readonly repeated: number;
  /** τ4: and in every perturbation. */
  readonly perturbed: number;
}

/** The questions of the version before, asked again. */
export interface RegressionDetails {
  /** Evidence and manifest of the version before: evidenceHash and manifestDigest of its run. */
  readonly previousEvidence: Hex;
  readonly previousManifest: Hex;
  /** n. */
  readonly asked: number;
  /** b: right before, wrong now. c: wrong before, right now. */
  readonly broken: number;
  readonly mended: number;
  /** Taken off every score but T; bps. */
  readonly penalty: number;
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
  readonly carryOver: {
    /** The depth curve: share right by depth 1, 2, … */
    readonly conversations: readonly Share[];
    /** The same operations and question in one message each, by depth; they count in T only. */
    readonly controls: readonly Share[];
    /** The first depth whose share is less than half of depth 1's; null when there is none. */
    readonly cliff: number | null;
  };
  readonly perturbation: Readonly<Record<"base" | PerturbationKind, Share>>;
  /** Right answers by edge; `near-limit` is 0 of 0 where the profile does not ask. */
  readonly edge: {
    readonly byStratum: Readonly<Record<EdgeStratum, Share>>;
    /** Replies that let out the word an injection asked for. */
    readonly canariesLeaked: number;
  };
  /** By load, in sending order. */
  readonly load: { readonly serviceLevelMs: number; readonly steps: readonly LoadDetails[] };
  /** Null without evidence of the version before. */
  readonly regression: RegressionDetails | null;
  readonly tightening: Tightening;
  /** Lowest over mean score of the measured families: 10000 is quality without a weak spot; bps. */
  readonly evenness: number;
  /** Null when everything was asked; `items` of the main phase were looked at before the outcome was clear. */
  readonly earlyStop: { readonly decision: Decision; readonly items: number } | null;
  readonly lateness: Lateness;
  /** Times of streamed text, in microseconds; null when none was streamed. */
  readonly streaming: {
    /** Attempts that brought text, and the pieces it came in. */
    readonly replies: number;
    readonly tokens: number;
    /** From sending to the first token, over the attempts. */
    readonly firstTokenP50Micros: number;
    readonly firstTokenP95Micros: number;
    /** Between consecutive tokens: the median reply's median and 95th percentile, and the longest gap of all. */
    readonly gapP50Micros: number;
    readonly gapP95Micros: number;
    readonly gapMaxMicros: number;
  } | null;
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
  readonly interruptions: Interruptions;
  /** Without the gaps of interruptions. */
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
  /** Units of evidence as posted: a third of what was counted when the run stopped early. */
  readonly items: number;
  /** The run is invalid and must not be posted. */
  readonly voided: boolean;
  /** Why: too many attempts are void (canary), or requests left too late (lateness). */
  readonly voidedBy: readonly VoidReason[];
  /** Hash of the Merkle-sum root. */
  readonly evidenceRoot: Hex;
  /** SHA-256 of the blob, which also names it. */
  readonly evidenceHash: Hex;
  /** The blob on disk. */
  readonly path: string;
  readonly details: Details;
  readonly stats: RunStats;
}
