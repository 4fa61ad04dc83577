import type { Logger } from "pino";
import { type Address, type Hex, zeroHash } from "viem";
import { missingFamilies } from "../../domain/combine.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import type { EvidenceStore } from "./evidenceStore.ts";
import type { LinkChains } from "./linkChains.ts";
import type { Measure } from "./measure.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { OwnMessages } from "./ownMessages.ts";
import { memberOf, type RoundPlan, rankOf } from "./roundPlan.ts";
import type { Assignment } from "./versionsToMeasure.ts";

/** The measuring this node does in the background: one round at a time, some versions at once. */
export interface Evaluations {
  /**
   * Starts measuring what a round still lacks, unless another round is being measured. Call it again and again.
   * @param now Seconds of the chain's clock.
   */
  pursue(plan: RoundPlan, reported: ReadonlySet<Hex>, now: bigint): void;
  /** Aborts the round being measured when it is no longer among those that can still take a commitment. */
  review(canCommit: (plan: RoundPlan) => boolean): void;
  /** Versions being measured right now. */
  running(): readonly Hex[];
  /** Aborts what runs and waits for it. */
  stop(): Promise<void>;
}

export interface EvaluationsParts {
  readonly own: Address;
  readonly measure: Measure;
  readonly links: LinkChains;
  readonly ownMessages: OwnMessages;
  readonly evidence: EvidenceStore;
  readonly concurrency: number;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

type EvaluationOutcome = "reported" | "voided" | "aborted" | "failed";

/** Tries a version gets in one round: a manifest that could not be fetched may be there a moment later. */
const maxTries = 3;

/** The time for commitments is over; what is not measured by now is left to the others. */
class OutOfTimeError extends Error {
  override name = "OutOfTimeError";
}

/** One round being measured. */
interface Pass {
  readonly plan: RoundPlan;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

export function createEvaluations(parts: EvaluationsParts): Evaluations {
  const running = new Set<Hex>();
  const stopping = new AbortController();
  let tries: { roundId: bigint; byVersion: Map<Hex, number> } = { roundId: 0n, byVersion: new Map() };
  let pass: Pass | undefined;

  const run = async (plan: RoundPlan, queue: Assignment[], signal: AbortSignal): Promise<void> => {
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next && !signal.aborted; next = queue.shift()) {
        running.add(next.versionId);
        const outcome = await measureOne(parts, plan, next, signal);
        const before = tries.byVersion.get(next.versionId) ?? 0;
        tries.byVersion.set(next.versionId, outcome === "reported" ? maxTries : before + 1);
        running.delete(next.versionId);
      }
    };
    await Promise.all(Array.from({ length: parts.concurrency }, worker));
  };

  return {
    pursue(plan, reported, now) {
      if (pass || stopping.signal.aborted || now >= plan.timing.commitBy) return;
      if (tries.roundId !== plan.roundId) tries = { roundId: plan.roundId, byVersion: new Map() };
      const queue = inOwnOrder(plan, parts.own).filter(
        ({ versionId }) => !reported.has(versionId) && (tries.byVersion.get(versionId) ?? 0) < maxTries,
      );
      if (queue.length === 0) return;
      const abort = new AbortController();
      const done = run(plan, queue, AbortSignal.any([abort.signal, stopping.signal])).finally(() => {
        pass = undefined;
      });
      pass = { plan, abort, done };
    },
    review(canCommit) {
      if (pass && !canCommit(pass.plan))
        pass.abort.abort(new OutOfTimeError(`round ${pass.plan.roundId} takes no more commitments`));
    },
    running: () => [...running],
    async stop() {
      stopping.abort(new OutOfTimeError("the node is stopping"));
      await pass?.done;
    },
  };
}

async function measureOne(
  parts: EvaluationsParts,
  plan: RoundPlan,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<EvaluationOutcome> {
  const { metrics } = parts;
  const log = parts.log.child({ roundId: `${plan.roundId}`, modelId: `${assignment.modelId}` });
  try {
    const link = parts.links.linkOf(memberOf(plan, parts.own)?.linkHead ?? zeroHash, plan.linkRoundId);
    const evaluation = await parts.measure(plan, assignment, link, signal);
    const outcome = await report(parts, plan, assignment, link, evaluation);
    metrics.evaluations.inc({ outcome });
    log.info({ outcome, scores: evaluation.scores, evidence: evaluation.evidenceHash }, "version measured");
    return outcome;
  } catch (error) {
    const outcome = signal.aborted ? "aborted" : "failed";
    metrics.evaluations.inc({ outcome });
    log.warn({ reason: error instanceof Error ? error.message : error }, `evaluation ${outcome}`);
    return outcome;
  }
}

async function report(
  { own, evidence, ownMessages }: EvaluationsParts,
  { roundId, policy }: RoundPlan,
  { modelId, digest }: Assignment,
  link: Hex,
  evaluation: Evaluation,
): Promise<"reported" | "voided"> {
  if (evaluation.voided || evaluation.word === 0n || missingFamilies(evaluation.word, policy) !== 0n) return "voided";
  const { word, evidenceRoot, evidenceHash, path } = evaluation;
  await evidence.add(evidenceHash, roundId, path);
  await ownMessages.signReport({
    kind: "report",
    roundId,
    modelId,
    digest,
    evaluator: own,
    word,
    evidenceRoot,
    evidenceHash,
    link,
  });
  return "reported";
}

/** Each member begins elsewhere, so that a committee does not fall on one endpoint all at once. */
function inOwnOrder(plan: RoundPlan, own: Address): Assignment[] {
  const seat = memberOf(plan, own)?.seat ?? 0;
  const start = (Number(rankOf(plan, seat)) * plan.assignments.length) / Math.max(1, plan.members.length);
  const first = Math.floor(start);
  return [...plan.assignments.slice(first), ...plan.assignments.slice(0, first)];
}
