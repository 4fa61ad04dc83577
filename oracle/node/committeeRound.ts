import type { Logger } from "pino";
import { type Hex, zeroHash } from "viem";
import type { BatchSignature, Message } from "../messages/message.ts";
import { messageDigest, type SigningDomain } from "../messages/messageDigest.ts";
import type { Evaluations } from "../work/evaluations.ts";
import { type BuiltBatches, buildBatches, entriesOf, selectionOf, selectToPropose } from "./buildBatches.ts";
import type { Exchange } from "./exchange.ts";
import { judgeProposal } from "./judgeProposal.ts";
import type { OwnMessage, OwnMessages } from "./ownMessages.ts";
import type { PeerMessage } from "./peerMessages.ts";
import type { Poster } from "./poster.ts";
import { allRevealed, isComplete, type ReportSet, reportSetOf } from "./reportSet.ts";
import { type Member, type RoundPlan, rankOf } from "./roundPlan.ts";
import { proposeFrom, revealFrom } from "./roundTiming.ts";
import { type Shortfall, shortfallOf } from "./shortfall.ts";

/**
 * Where a version stands in a round, for this node; `measured` is as far as a node comes that only observes. `missed`: signed for a draw of
 * the round that the chain has dropped; nothing else may be signed for it.
 */
export type VersionStage = "waiting" | "measuring" | "measured" | "committed" | "revealed" | "disputed" | "missed";
export type RoundPhase = "measuring" | "revealing" | "agreeing" | "posting";

export interface RoundView {
  readonly roundId: bigint;
  readonly phase: RoundPhase;
  readonly versions: readonly { readonly modelId: bigint; readonly versionId: Hex; readonly stage: VersionStage }[];
  /** What it lacks to become final; undefined before the first look at it. */
  readonly missing: Shortfall | undefined;
}

/** One round in whose committee this node sits. Holds nothing that a restart would lose: each step follows from what is stored. */
export interface CommitteeRound {
  /**
   * Takes every step that is due.
   * @param now Seconds of the chain's clock.
   * @param posted Transactions that posted the round's results, by version.
   */
  advance(now: bigint, posted: ReadonlyMap<Hex, Hex>): Promise<void>;
  /** Whether all that this node has signed for, or all that there is to measure, is on chain. */
  isPosted(posted: ReadonlyMap<Hex, Hex>): boolean;
  view(): RoundView;
}

export interface CommitteeRoundParts {
  readonly domain: SigningDomain;
  readonly plan: RoundPlan;
  readonly self: Member;
  readonly stagger: bigint;
  readonly ownMessages: OwnMessages;
  readonly exchange: Exchange;
  readonly evaluations: Evaluations;
  readonly poster: Poster;
  /** Whether reports may be revealed before `timing.commitBy`, once all commitments are there: not while the link in them is a secret still. */
  readonly mayRevealEarly: () => boolean;
  readonly log: Logger;
}

export function createCommitteeRound(parts: CommitteeRoundParts): CommitteeRound {
  const { domain, plan, self, stagger, ownMessages, exchange, evaluations, poster, log } = parts;
  const { roundId, timing } = plan;
  const rank = rankOf(plan, self.seat);
  const told = new Set<Hex>();
  let readyAt: bigint | undefined;
  let agreed: readonly Hex[] = plan.assignments.map(({ versionId }) => versionId);
  let view: RoundView = { roundId, phase: "measuring", versions: [], missing: undefined };

  const tellOnce = (digest: Hex, tell: () => void): void => {
    if (told.has(digest)) return;
    told.add(digest);
    tell();
  };

  /** Lets reports out whose commitment is on a board, once all others' are too or the time for them is over. */
  const release = async (own: readonly OwnMessage[], set: ReportSet, now: bigint): Promise<Message[]> => {
    const out: Message[] = [];
    for (const { message, subject, released } of own) {
      const committed = set.committed.get(subject);
      if (message.kind !== "report" || released || !committed?.has(self.seat)) continue;
      const isEarly = committed.size === plan.members.length && parts.mayRevealEarly();
      if (!isEarly && now <= revealFrom(timing)) continue;
      await ownMessages.release(roundId, subject);
      out.push(message);
    }
    return out;
  };

  const isReady = (set: ReportSet, now: bigint): boolean =>
    isComplete(plan, set) || (now > revealFrom(timing) && allRevealed(set)) || now >= proposeFrom(timing);

  /** The batches to sign: the best-placed proposal that this node would have made too, or its own when its turn has come. */
  const agree = async (set: ReportSet, proposals: readonly PeerMessage[], now: bigint) => {
    for (const { message, digest } of proposals) {
      if (message.kind !== "batchSignature") continue;
      const judgement = judgeProposal(domain, plan, set, self, message);
      if ("accepted" in judgement) return sign(judgement.accepted);
      const { evaluator } = message;
      tellOnce(digest, () => log.warn({ evaluator, digest, reason: judgement.refused }, "proposal not signed"));
    }
    if (!isReady(set, now)) return undefined;
    readyAt ??= now;
    const built =
      now >= readyAt + rank * stagger ? buildBatches(domain, plan, set, selectToPropose(plan, set)) : undefined;
    return built && sign(built);
  };

  const sign = async (built: BuiltBatches): Promise<BatchSignature> => {
    const { identity, batches } = built;
    log.info({ digest: identity, batches: batches.length, results: entriesOf(built).length }, "batches signed");
    const signed = batches.map(({ batch, entries }) => ({ reportsRoot: batch.reportsRoot, entries: [...entries] }));
    const about = { roundId, evaluator: self.signer, shard: plan.shard };
    return ownMessages.signBatch({ kind: "batchSignature", ...about, batches: signed }, plan.seed);
  };

  const pursuePosting = (
    batch: BatchSignature,
    set: ReportSet,
    proposals: readonly PeerMessage[],
    posted: ReadonlyMap<Hex, Hex>,
    now: bigint,
  ): void => {
    const selection = selectionOf(batch);
    agreed = [...selection.keys()];
    const built = buildBatches(domain, plan, set, selection);
    if (built?.identity === messageDigest(domain, batch)) poster.pursue(built, proposals, posted, rank, now);
  };

  return {
    async advance(now, posted) {
      const signed = await ownMessages.ofRound(roundId);
      const own = signed.filter((each) => !isOfAnotherDraw(plan, each));
      const missed = new Set(signed.filter((each) => isOfAnotherDraw(plan, each)).map(({ subject }) => subject));
      for (const subject of missed)
        tellOnce(subject, () => log.error({ subject }, "signed for a draw that the chain has dropped: left to others"));
      await exchange.publish(sendable(own, now <= timing.commitBy));
      const collected = await exchange.collect(now);
      const received = withoutMissed(collected, signed, own);
      const disputed = disputedSubjects(own, received, self);
      for (const subject of disputed)
        tellOnce(subject, () => log.error({ subject }, "somebody else signs with this node's key: left alone"));
      const recorded = await ownMessages.recorded(roundId);
      evaluations.pursue(plan, new Set([...recorded, ...disputed]), now);

      const set = reportSetOf(plan, received);
      await exchange.publish(await release(own, set, now));
      const proposals = byRank(plan, received);
      const before = own.map(({ message }) => message).find((message) => message.kind === "batchSignature");
      const batch =
        before ?? (disputed.has(zeroHash) || recorded.has(zeroHash) ? undefined : await agree(set, proposals, now));
      if (batch) {
        await exchange.publish([batch]);
        pursuePosting(batch, set, proposals, posted, now);
      }
      const phase = batch
        ? "posting"
        : isReady(set, now)
          ? "agreeing"
          : now < timing.commitBy
            ? "measuring"
            : "revealing";
      const versions = stagesOf(plan, own, { disputed, missed, running: evaluations.running() });
      view = { roundId, phase, versions, missing: shortfallOf(plan, set, proposals) };
    },
    isPosted: (posted) => agreed.every((versionId) => posted.has(versionId)),
    view: () => view,
  };
}

/** What may go out: everything but held-back reports, and no commitment once the time for it is over. */
const sendable = (own: readonly OwnMessage[], mayCommit: boolean): Message[] =>
  own
    .filter(({ message, released }) => released && (mayCommit || message.kind !== "commitment"))
    .map(({ message }) => message);

/** The chain took another turn after it was signed: its probes are none of this round's. */
const isOfAnotherDraw = (plan: RoundPlan, { seed }: OwnMessage): boolean => seed !== undefined && seed !== plan.seed;

/** Boards may show what this node has signed for another draw: it counts for nothing in this one. */
function withoutMissed(
  collected: readonly PeerMessage[],
  signed: readonly OwnMessage[],
  own: readonly OwnMessage[],
): readonly PeerMessage[] {
  if (own.length === signed.length) return collected;
  const current = new Set(own.map(({ message }) => message.signature));
  const all = new Set(signed.map(({ message }) => message.signature));
  return collected.filter(({ message: { signature } }) => current.has(signature) || !all.has(signature));
}

/** Versions on which a board shows a message signed with this node's key that this node has not signed. */
function disputedSubjects(own: readonly OwnMessage[], received: readonly PeerMessage[], self: Member): Set<Hex> {
  const signed = new Set(own.map(({ message }) => message.signature));
  return new Set(
    received
      .filter(({ message }) => message.evaluator === self.signer && !signed.has(message.signature))
      .map(({ subject }) => subject),
  );
}

/** Batch signatures, the one of the member whose turn came first in front. */
function byRank(plan: RoundPlan, received: readonly PeerMessage[]): PeerMessage[] {
  const seatOf = new Map(plan.members.map(({ signer, seat }) => [signer, seat]));
  const rank = ({ message }: PeerMessage) => Number(rankOf(plan, seatOf.get(message.evaluator) ?? -1));
  return received.filter(({ message }) => message.kind === "batchSignature").sort((a, b) => rank(a) - rank(b));
}

function stagesOf(
  plan: RoundPlan,
  own: readonly OwnMessage[],
  { disputed, missed, running }: { disputed: ReadonlySet<Hex>; missed: ReadonlySet<Hex>; running: readonly Hex[] },
): RoundView["versions"] {
  const reports = new Map(own.filter(({ message }) => message.kind === "report").map((o) => [o.subject, o.released]));
  const stageOf = (versionId: Hex): VersionStage => {
    if (disputed.has(versionId)) return "disputed";
    if (missed.has(versionId)) return "missed";
    const released = reports.get(versionId);
    if (released !== undefined) return released ? "revealed" : "committed";
    return running.includes(versionId) ? "measuring" : "waiting";
  };
  return plan.assignments.map(({ modelId, versionId }) => ({ modelId, versionId, stage: stageOf(versionId) }));
}
