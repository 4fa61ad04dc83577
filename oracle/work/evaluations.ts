import type { Logger } from "pino";
import { type Address, type Hex, zeroHash } from "viem";
import { missingFamilies } from "../../domain/combine.ts";
import type { Manifest } from "../../evaluation/manifest/manifest.ts";
import { runSeconds } from "../../evaluation/run/runSeconds.ts";
import { type Profile, type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import type { Report, Unsigned } from "../messages/message.ts";
import { addresseeOf, type SigningDomain } from "../messages/messageDigest.ts";
import type { EvidenceStore } from "../node/evidenceStore.ts";
import type { LinkChains } from "../node/linkChains.ts";
import type { ManifestStore } from "../node/manifestStore.ts";
import { measuringStart } from "../node/measuringStart.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import { memberOf, type RoundPlan, rankOf } from "../node/roundPlan.ts";
import type { Assignment } from "../node/versionsToMeasure.ts";
import type { Measured, MeasureJob, RoundOfWork } from "./measureJob.ts";
import type { Measurer } from "./measurer.ts";
import { type JobState, type JobView, jobStates, maxTries, type WorkQueue } from "./workQueue.ts";

/** The measuring of a node's rounds: gives out what there is to measure, once, and signs what comes back. */
export interface Evaluations {
  /**
   * Gives out what a round still lacks and signs what was measured of it, in the background. Call it again and again.
   * @param now Seconds of the chain's clock.
   */
  pursue(plan: RoundPlan, reported: ReadonlySet<Hex>, now: bigint): void;
  /** Takes back the work of every round that is no longer among those that can still take a commitment. */
  review(canCommit: (plan: RoundPlan) => boolean, now: bigint): void;
  /** Versions being measured right now, by this process or by a worker. */
  running(): readonly Hex[];
  /** Hands back what this process measures, and waits for it. */
  stop(): Promise<void>;
}

/** Where finished measurements go to be signed; a node that only observes keeps them as they are. */
export interface ReportSink {
  /** @param seed The draw it was measured for. */
  signReport(report: Unsigned<Report>, seed: Hex): Promise<unknown>;
}

export interface EvaluationsParts {
  readonly domain: SigningDomain;
  readonly own: Address;
  readonly suite: Suite;
  readonly profile: Profile;
  readonly queue: WorkQueue;
  /** Of this process; undefined when only workers measure. */
  readonly measurer: Measurer | undefined;
  readonly manifests: ManifestStore;
  readonly links: LinkChains;
  readonly ownMessages: ReportSink;
  readonly evidence: EvidenceStore;
  /** Measurements at one endpoint's host at the same time, over all workers. */
  readonly perHost: (host: string) => number;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Manifests fetched at the same time. */
const fetchesAtOnce = 8;

/** A round whose versions are being measured. */
interface Pursuit {
  readonly plan: RoundPlan;
  readonly round: RoundOfWork;
  readonly link: Hex;
  reported: ReadonlySet<Hex>;
  now: bigint;
  /** Versions whose job was given out, or that had all their tries. */
  readonly givenOut: Set<Hex>;
  readonly fetches: Map<Hex, number>;
  /** Jobs whose result was taken up, whatever became of it. */
  readonly takenUp: Set<string>;
  jobs: readonly JobView[];
  isOpen: boolean;
  isOver: boolean;
  isGivingOut: boolean;
  isLooking: boolean;
  mustLookAgain: boolean;
}

export function createEvaluations(parts: EvaluationsParts): Evaluations {
  const { queue, measurer, metrics, log } = parts;
  const pursuits = new Map<string, Pursuit>();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let sweeping: "due" | "underWay" | "done" = "due";

  /** In the background; the node's loop goes on whatever becomes of it, and comes back to it. */
  const background = (what: string, work: () => Promise<void>): void => {
    const done = work()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ reason: error instanceof Error ? error.message : error }, what);
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };

  const begin = (plan: RoundPlan, reported: ReadonlySet<Hex>, now: bigint): Pursuit => ({
    plan,
    round: roundOf(parts, plan),
    link: parts.links.linkOf(memberOf(plan, parts.own)?.linkHead ?? zeroHash, plan.linkRoundId),
    reported,
    now,
    givenOut: new Set(),
    fetches: new Map(),
    takenUp: new Set(),
    jobs: [],
    isOpen: false,
    isOver: false,
    isGivingOut: false,
    isLooking: false,
    mustLookAgain: false,
  });

  /** Undefined when it cannot be had; then it is asked for again, as often as a version is tried. */
  const fetchManifest = async (pursuit: Pursuit, assignment: Assignment) => {
    const { versionId, modelId } = assignment;
    try {
      return await unlessAborted(parts.manifests.get(assignment), stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return undefined;
      const tries = (pursuit.fetches.get(versionId) ?? 0) + 1;
      pursuit.fetches.set(versionId, tries);
      if (tries >= maxTries) pursuit.givenOut.add(versionId);
      metrics.evaluations.inc({ outcome: "failed" });
      const reason = error instanceof Error ? error.message : error;
      log.warn({ roundId: `${pursuit.plan.roundId}`, modelId: `${modelId}`, reason }, "evaluation failed");
      return undefined;
    }
  };

  const giveOutOne = async (pursuit: Pursuit, assignment: Assignment): Promise<void> => {
    const manifest = await fetchManifest(pursuit, assignment);
    if (!manifest || pursuit.isOver) return;
    const { plan, now } = pursuit;
    const job = jobOf(parts, pursuit, assignment, manifest);
    const beginAt = turnAt(parts, plan, assignment, manifest);
    await queue.add(job, { beginAt, commitBy: plan.timing.commitBy, now, perHost: parts.perHost });
    pursuit.givenOut.add(assignment.versionId);
  };

  const giveOut = async (pursuit: Pursuit): Promise<void> => {
    const waiting = inOwnOrder(pursuit.plan, parts.own).filter(
      ({ versionId }) => !pursuit.reported.has(versionId) && !pursuit.givenOut.has(versionId),
    );
    if (waiting.length === 0 || pursuit.isGivingOut) return;
    pursuit.isGivingOut = true;
    try {
      if (!pursuit.isOpen) await queue.openRound(pursuit.round, pursuit.link, pursuit.plan.timing.commitBy);
      pursuit.isOpen = true;
      const fetcher = async (): Promise<void> => {
        for (let next = waiting.shift(); next && !pursuit.isOver; next = waiting.shift())
          await giveOutOne(pursuit, next);
      };
      await Promise.all(Array.from({ length: fetchesAtOnce }, fetcher));
    } finally {
      pursuit.isGivingOut = false;
    }
  };

  const takeUp = async (pursuit: Pursuit, { id, versionId, measured }: JobView): Promise<void> => {
    if (!measured || pursuit.takenUp.has(id) || pursuit.reported.has(versionId)) return;
    const assignment = pursuit.plan.assignments.find((each) => each.versionId === versionId);
    if (!assignment || pursuit.isOver) return;
    // Before it is tried: a report that the signing history refuses is refused every time.
    pursuit.takenUp.add(id);
    const { roundId } = pursuit.plan;
    const about = { roundId: `${roundId}`, modelId: `${assignment.modelId}`, evidence: measured.evidenceHash };
    try {
      const outcome = await report(parts, pursuit, assignment, measured);
      metrics.evaluations.inc({ outcome });
      log.info({ outcome, ...about }, "evaluation taken up");
    } catch (error) {
      metrics.evaluations.inc({ outcome: "failed" });
      log.warn({ ...about, reason: error instanceof Error ? error.message : error }, "evaluation not reported");
    }
  };

  const jobsIn = (state: JobState): JobView[] =>
    [...pursuits.values()].flatMap(({ jobs }) => jobs.filter((job) => job.state === state));

  const countJobs = (): void => {
    for (const state of jobStates) metrics.jobs.set({ state }, jobsIn(state).length);
  };

  const lookOnce = async (pursuit: Pursuit): Promise<void> => {
    pursuit.jobs = await queue.jobsOf(pursuit.round);
    countJobs();
    for (const job of pursuit.jobs) await takeUp(pursuit, job);
    await queue.tend();
  };

  const look = async (pursuit: Pursuit): Promise<void> => {
    pursuit.mustLookAgain = pursuit.isLooking;
    if (pursuit.isLooking) return;
    pursuit.isLooking = true;
    try {
      do {
        pursuit.mustLookAgain = false;
        await lookOnce(pursuit);
      } while (pursuit.mustLookAgain && !pursuit.isOver);
    } finally {
      pursuit.isLooking = false;
    }
  };

  /** What an earlier process left is taken back before anything of it is measured again. */
  const sweep = async (now: bigint): Promise<void> => {
    sweeping = "underWay";
    try {
      await queue.closeRoundsOver(now);
      sweeping = "done";
    } finally {
      if (sweeping !== "done") sweeping = "due";
    }
    if (!stopping.signal.aborted) measurer?.begin();
  };

  const end = (key: string, pursuit: Pursuit): void => {
    pursuits.delete(key);
    pursuit.isOver = true;
    countJobs();
    background("work of a round not taken back", () => queue.closeRound(pursuit.round));
  };

  queue.onEvent((event) => {
    if (event !== "settled") return;
    for (const pursuit of pursuits.values()) background("evaluations not looked at", () => look(pursuit));
  });

  return {
    pursue(plan, reported, now) {
      if (stopping.signal.aborted || now >= plan.timing.commitBy) return;
      if (plan.assignments.every(({ versionId }) => reported.has(versionId))) return;
      const key = `${plan.roundId}:${plan.seed}`;
      // A reorganisation that drew the round anew: what the earlier draw asked is no answer to this one.
      for (const [known, earlier] of pursuits)
        if (earlier.plan.roundId === plan.roundId && known !== key) end(known, earlier);
      const pursuit = pursuits.get(key) ?? begin(plan, reported, now);
      pursuits.set(key, pursuit);
      pursuit.reported = reported;
      pursuit.now = now;
      background("versions not given out", () => giveOut(pursuit));
      background("evaluations not looked at", () => look(pursuit));
    },
    review(canCommit, now) {
      if (stopping.signal.aborted) return;
      if (sweeping === "due") background("work of earlier rounds not taken back", () => sweep(now));
      for (const [key, pursuit] of pursuits) if (!canCommit(pursuit.plan)) end(key, pursuit);
    },
    running: () => jobsIn("active").map(({ versionId }) => versionId),
    async stop() {
      await measurer?.stop();
      stopping.abort(new Error("the node is stopping"));
      await Promise.all(underWay);
    },
  };
}

async function report(
  { own, evidence, ownMessages }: EvaluationsParts,
  { plan, link }: Pursuit,
  { modelId, digest }: Assignment,
  { word, evidenceRoot, evidenceHash, path, stored }: Measured,
): Promise<"reported" | "voided"> {
  const { roundId, policy } = plan;
  if (missingFamilies(word, policy) !== 0n) return "voided";
  if (stored) await evidence.note(evidenceHash, roundId, path);
  else await evidence.add(evidenceHash, roundId, path);
  const said = { roundId, modelId, digest, evaluator: own, word, evidenceRoot, evidenceHash, link };
  await ownMessages.signReport({ kind: "report", ...said }, plan.seed);
  return "reported";
}

const roundOf = ({ domain, own }: EvaluationsParts, { roundId, seed }: RoundPlan): RoundOfWork => ({
  chainId: domain.chainId,
  contract: addresseeOf(domain, roundId).contract,
  evaluator: own,
  roundId,
  roundSeed: seed,
});

const jobOf = (
  { domain, suite, profile }: EvaluationsParts,
  { round, plan }: Pursuit,
  { modelId, versionId, digest }: Assignment,
  manifest: Manifest,
): MeasureJob => ({
  ...round,
  contractId: addresseeOf(domain, plan.roundId).id,
  measuredRoundId: plan.measuredRoundId,
  modelId,
  versionId,
  digest,
  suiteHash: suiteHash(suite),
  profile,
  manifest,
});

/** When this member's turn at the model comes (see measuringStart.ts). */
function turnAt(
  { own, suite, profile }: EvaluationsParts,
  plan: RoundPlan,
  { versionId }: Assignment,
  manifest: Manifest,
) {
  const index = plan.assignments.findIndex((assignment) => assignment.versionId === versionId);
  const seat = memberOf(plan, own)?.seat ?? 0;
  return measuringStart(plan, { seat }, index, runSeconds(manifest, suite, profile));
}

/** Each member begins elsewhere, so that a committee does not fall on one endpoint all at once. */
function inOwnOrder(plan: RoundPlan, own: Address): Assignment[] {
  const seat = memberOf(plan, own)?.seat ?? 0;
  const start = (Number(rankOf(plan, seat)) * plan.assignments.length) / Math.max(1, plan.members.length);
  const first = Math.floor(start);
  return [...plan.assignments.slice(first), ...plan.assignments.slice(0, first)];
}

/** @throws the signal's reason as soon as it is aborted, whatever becomes of the work. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
