import type { Hex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import type { CommitteeRound, RoundView } from "../node/committeeRound.ts";
import { enterCommittee, type MembershipParts } from "../node/enterCommittee.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import type { Poster, PosterParts } from "../node/poster.ts";
import { type Member, memberOf, type RoundPlan } from "../node/roundPlan.ts";
import type { CourtTransactions } from "./courtTransactions.ts";
import { type DisputeRecord, readDisputes } from "./disputeTables.ts";

/** A dispute in whose second committee this node is. */
export interface ReevaluationView {
  readonly disputeId: bigint;
  readonly phase: RoundView["phase"];
  readonly stages: readonly RoundView["versions"][number]["stage"][];
  readonly outcome: "open" | "posted" | "lapsed";
  /** Unix seconds. */
  readonly commitBy: bigint;
}

/** Measures disputed results again where this node was drawn, and brings the second committee's word on chain. */
export interface Reevaluations {
  /** @param now Seconds of the chain's clock. */
  advance(now: bigint): Promise<void>;
  /** Whether a measurement under way takes its probes from this node's link of a round: the link must not be shown meanwhile. */
  needsLink(roundId: bigint): boolean;
  views(): readonly ReevaluationView[];
  /** Waits for the transactions that are under way. */
  stop(): Promise<void>;
}

export interface ReevaluationsParts extends MembershipParts {
  readonly database: Queryable;
  readonly loadPlan: (dispute: DisputeRecord) => Promise<RoundPlan | undefined>;
  readonly transactions: Pick<CourtTransactions, "postReevaluation">;
  /** Whether this node's signing history lets it take part in a session. */
  readonly mayTakePart: (plan: RoundPlan, now: bigint) => Promise<boolean>;
  /** Whether this node can send anything at all; a peer does it otherwise. */
  readonly canPay: () => boolean;
  readonly metrics: NodeMetrics;
}

interface Entry {
  /** The dispute's seed; another one after a reorganisation makes another session of it. */
  readonly seed: Hex;
  readonly plan: RoundPlan | undefined;
  /** Undefined when this node has no part in it. */
  readonly round: CommitteeRound | undefined;
  readonly poster: Poster | undefined;
  outcome: "open" | "posted" | "lapsed";
}

export function createReevaluations(parts: ReevaluationsParts): Reevaluations {
  const { exchange, ownMessages, metrics, log } = parts;
  const entries = new Map<bigint, Entry>();

  /** @returns undefined while the boards have not shown yet what this key has signed for the dispute. */
  const enter = async (dispute: DisputeRecord, seed: Hex, now: bigint): Promise<Entry | undefined> => {
    const apart: Entry = { seed, plan: undefined, round: undefined, poster: undefined, outcome: "open" };
    const plan = await parts.loadPlan(dispute);
    const self = plan && memberOf(plan, exchange.own);
    if (!plan || !self) return apart;
    if (!(await parts.mayTakePart(plan, now))) return undefined;
    const sessionLog = log.child({ disputeId: `${dispute.disputeId}` });
    const reason = await reasonToStayApart(plan, self, dispute);
    if (reason !== undefined) {
      sessionLog.error({ deadline: `${dispute.deadline}` }, `dispute left to others: ${reason}`);
      return apart;
    }
    const calls = { post: postOf(dispute.disputeId), canPay: parts.canPay };
    const entered = enterCommittee(parts, { plan, self, calls, mayRevealEarly: () => false, log: sessionLog });
    sessionLog.info({ place: self.seat, versionId: dispute.versionId }, "in the second committee");
    return { seed, plan, ...entered, outcome: "open" };
  };

  /** What keeps this node from measuring, although the dispute counts on it. */
  const reasonToStayApart = async (
    plan: RoundPlan,
    { linkHead }: Member,
    { deadline }: DisputeRecord,
  ): Promise<string | undefined> => {
    if (plan.suiteHash !== parts.suiteHash) return `its round asks for suite ${plan.suiteHash}`;
    if (!parts.links.has(linkHead)) return `no link secret here belongs to the hash chain that begins with ${linkHead}`;
    if (plan.timing.revealBy >= deadline) return "timing.revealByBps leaves no time before its deadline";
    const signed = (await ownMessages.ofRound(plan.roundId)).length > 0;
    const shown = (await ownMessages.ofRound(plan.linkRoundId)).some(
      ({ message, released }) => message.kind === "report" && released,
    );
    return shown && !signed
      ? `its committee was drawn after the link of round ${plan.linkRoundId} was shown`
      : undefined;
  };

  const postOf =
    (disputeId: bigint): PosterParts["calls"]["post"] =>
    ({ batch }, signers, signatures) => {
      const [result] = batch.results;
      if (!result) throw new TypeError("a re-evaluation without a result");
      const said = { word: result.word, reportsRoot: batch.reportsRoot };
      return parts.transactions.postReevaluation(disputeId, said, signers, signatures);
    };

  const settle = (disputeId: bigint, entry: Entry, outcome: "posted" | "lapsed"): void => {
    if (entry.outcome !== "open") return;
    entry.outcome = outcome;
    if (!entry.round) return;
    metrics.reevaluations.inc({ outcome });
    log.info({ disputeId: `${disputeId}` }, `re-evaluation ${outcome}`);
  };

  const advanceOne = async (dispute: DisputeRecord, now: bigint): Promise<void> => {
    const { disputeId, seed, stage, deadline, versionId, transaction } = dispute;
    if (seed === undefined) return;
    const known = entries.get(disputeId);
    if (stage !== "drawn" || now >= deadline) {
      if (known?.seed === seed) settle(disputeId, known, transaction === undefined ? "lapsed" : "posted");
      return;
    }
    const entry = known?.seed === seed ? known : await enter(dispute, seed, now);
    if (!entry) return;
    entries.set(disputeId, entry);
    const posted = new Map(transaction === undefined ? [] : [[versionId, transaction]]);
    await entry.round?.advance(now, posted);
  };

  const isOpen = (plan: RoundPlan): boolean =>
    [...entries.values()].some((entry) => entry.plan === plan && entry.outcome === "open");

  return {
    async advance(now) {
      parts.evaluations.review((plan) => now < plan.timing.commitBy && isOpen(plan), now);
      const disputes = await readDisputes(parts.database);
      const ids = new Set(disputes.map(({ disputeId }) => disputeId));
      for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
      for (const dispute of disputes) await advanceOne(dispute, now);
    },
    needsLink: (roundId) =>
      [...entries.values()].some(
        ({ plan, round, outcome }) =>
          plan?.linkRoundId === roundId && outcome === "open" && round && isMeasuring(round),
      ),
    views: () =>
      [...entries].flatMap(([disputeId, { plan, round, outcome }]) => {
        if (!plan || !round) return [];
        const { phase, versions } = round.view();
        return [
          { disputeId, phase, stages: versions.map(({ stage }) => stage), outcome, commitBy: plan.timing.commitBy },
        ];
      }),
    async stop() {
      await Promise.all([...entries.values()].map(({ poster }) => poster?.stop()));
    },
  };
}

/** Nothing is signed for it yet. */
const isMeasuring = (round: CommitteeRound): boolean => {
  const { versions } = round.view();
  return versions.length === 0 || versions.some(({ stage }) => stage === "waiting" || stage === "measuring");
};
