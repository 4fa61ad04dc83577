import type { Hex } from "viem";
import { versionIdOf } from "../../domain/version.ts";
import type { ChainFold, Head } from "./chainFold.ts";
import type { CommitteeRound, RoundView } from "./committeeRound.ts";
import type { Disagreements } from "./disagreements.ts";
import { enterCommittee, type MembershipParts } from "./enterCommittee.ts";
import type { NodeCalls } from "./nodeCalls.ts";
import type { Poster } from "./poster.ts";
import { type Member, memberOf, type RoundPlan } from "./roundPlan.ts";
import type { RoundRecord } from "./roundTables.ts";
import { describeShortfall } from "./shortfall.ts";

/** The rounds that can still be posted to, each led towards its batches. */
export interface Rounds {
  advance(head: Head, currentRoundId: bigint): Promise<void>;
  views(): readonly RoundView[];
  lastPosted(): { readonly roundId: bigint; readonly transaction: Hex } | undefined;
  /** The last rounds that lapsed without all their results on chain, newest last. */
  notFinal(): readonly UnfinishedRound[];
  stop(): Promise<void>;
}

/** A round of this node's committee that nobody can post to any more. */
export interface UnfinishedRound {
  readonly roundId: bigint;
  /** Who was missing, in words. */
  readonly reason: string;
}

export interface RoundsParts extends MembershipParts {
  readonly fold: ChainFold;
  readonly loadPlan: (record: RoundRecord) => Promise<RoundPlan | undefined>;
  readonly calls: NodeCalls;
  /** Whether this node's link of a round must not be shown yet, because something else is measured with it. */
  readonly needsLink: (roundId: bigint) => boolean;
  readonly disagreements: Disagreements;
  /** Whether this node's signing history lets it take part in a round. */
  readonly mayTakePart: (plan: RoundPlan, record: RoundRecord, now: bigint) => Promise<boolean>;
}

/** The contract takes a batch in the round's own epoch and in the two after it. */
const openEpochs = 3n;
const unfinishedKept = 20;

interface Entry {
  /** The round's seed; another one after a reorganisation makes another round of it. */
  readonly seed: Hex;
  /** Undefined when this node has no part in the round. */
  readonly round: CommitteeRound | undefined;
  readonly poster: Poster | undefined;
  outcome: "open" | "posted" | "lapsed";
  /** What it was counted as: results may vanish in a reorganisation, and be posted again. */
  readonly counted: Set<"posted" | "lapsed">;
}

const notConcerned = (seed: Hex): Entry => ({
  seed,
  round: undefined,
  poster: undefined,
  outcome: "open",
  counted: new Set(),
});

export function createRounds(parts: RoundsParts): Rounds {
  const { fold, exchange, log } = parts;
  const entries = new Map<bigint, Entry>();
  const unfinished: UnfinishedRound[] = [];
  let lastPosted: { roundId: bigint; transaction: Hex } | undefined;

  const enter = (plan: RoundPlan): Entry => {
    const roundLog = log.child({ roundId: `${plan.roundId}` });
    const self = memberOf(plan, exchange.own);
    const apart = self && reasonToStayApart(plan, self);
    if (apart !== undefined) roundLog.error(apart.values, apart.reason);
    if (!self || apart !== undefined || plan.assignments.length === 0) return notConcerned(plan.seed);
    const mayRevealEarly = () => !parts.needsLink(plan.roundId);
    const entered = enterCommittee(parts, { plan, self, calls: parts.calls, mayRevealEarly, log: roundLog });
    const { shard, assignments } = plan;
    roundLog.info({ place: self.seat, shard: `${shard}`, versions: assignments.length }, "in the committee");
    return { seed: plan.seed, ...entered, outcome: "open", counted: new Set() };
  };

  /** What keeps this node from measuring a round that counts on it. */
  const reasonToStayApart = ({ suiteHash }: RoundPlan, { linkHead }: Member) => {
    if (suiteHash !== parts.suiteHash)
      return {
        reason: "round asks for another suite: left to others",
        values: { suite: suiteHash, own: parts.suiteHash },
      };
    if (!parts.links.has(linkHead))
      return {
        reason: "no link secret of this seat's hash chain in the key file: left to others",
        values: { linkHead },
      };
    return undefined;
  };

  const entryOf = async (record: RoundRecord, now: bigint): Promise<Entry | undefined> => {
    if (!record.drawn) return undefined;
    const { seed } = record.drawn;
    const known = entries.get(record.roundId);
    if (known?.seed === seed) return known;
    const plan = await parts.loadPlan(record);
    if (plan && !(await parts.mayTakePart(plan, record, now))) return undefined;
    const entry = plan ? enter(plan) : notConcerned(seed);
    entries.set(record.roundId, entry);
    return entry;
  };

  const settle = (entry: Entry, roundId: bigint, outcome: "posted" | "lapsed"): void => {
    if (entry.outcome !== "open" || !entry.round) return;
    entry.outcome = outcome;
    const { metrics } = exchange;
    if (!entry.counted.has(outcome)) metrics.rounds.inc({ outcome });
    if (outcome === "posted") metrics.lastRoundPosted.set(Number(roundId));
    for (const { stage } of entry.counted.size > 0 ? [] : entry.round.view().versions)
      metrics.reports.inc({ outcome: stage === "committed" || stage === "revealed" ? "made" : "missed" });
    entry.counted.add(outcome);
    if (outcome === "posted") log.info({ roundId: `${roundId}` }, "round posted");
    else noteUnfinished(roundId, entry.round.view());
  };

  const noteUnfinished = (roundId: bigint, { missing }: RoundView): void => {
    const reason = missing ? describeShortfall(missing) : "this node was not there while it could be posted to";
    log.error({ roundId: `${roundId}`, missing, reason }, "round not final");
    for (const step of ["commitments", "reports", "signatures"] as const)
      exchange.metrics.missingMembers.inc({ step }, missing?.[step].length ?? 0);
    unfinished.push({ roundId, reason });
    if (unfinished.length > unfinishedKept) unfinished.shift();
  };

  /** Own scores beside the posted ones. */
  const compare = async (roundId: bigint, posted: ReadonlyMap<Hex, Hex>): Promise<void> => {
    const own = await parts.ownMessages.ofRound(roundId);
    const words = own.flatMap(({ message }) =>
      message.kind === "report" ? [[versionIdOf(message.modelId, message.digest), message.word] as const] : [],
    );
    await parts.disagreements.compare(roundId, new Map(words), posted);
  };

  /** The block with the results is not on the chain any more. */
  const reopen = (entry: Entry, roundId: bigint): void => {
    entry.outcome = "open";
    if (lastPosted?.roundId === roundId) lastPosted = undefined;
    log.warn({ roundId: `${roundId}` }, "posted results have vanished from the chain: they are posted again");
  };

  const advanceOne = async (roundId: bigint, now: bigint): Promise<void> => {
    const record = await fold.round(roundId);
    const entry = record && (await entryOf(record, now));
    if (!entry?.round) return;
    const posted = await fold.results(roundId);
    for (const { versionId } of entry.round.view().versions) {
      const transaction = posted.get(versionId);
      if (transaction && (!lastPosted || roundId > lastPosted.roundId)) lastPosted = { roundId, transaction };
    }
    const isPosted = entry.round.isPosted(posted);
    if (entry.outcome === "open" && isPosted) {
      settle(entry, roundId, "posted");
      await compare(roundId, posted);
    }
    if (entry.outcome === "posted" && !isPosted) reopen(entry, roundId);
    if (entry.outcome === "open") await entry.round.advance(now, posted);
  };

  return {
    async advance({ timestamp }, currentRoundId) {
      parts.evaluations.review(
        ({ roundId, timing }) => timestamp < timing.commitBy && entries.get(roundId)?.outcome === "open",
        timestamp,
      );
      const oldest = currentRoundId - openEpochs + 1n;
      for (const [roundId, entry] of entries) {
        if (roundId >= oldest) continue;
        settle(entry, roundId, "lapsed");
        entries.delete(roundId);
      }
      // The newest first: a round that is late must not make the next one late too.
      for (let roundId = currentRoundId; roundId >= oldest && roundId > 0n; roundId -= 1n)
        await advanceOne(roundId, timestamp);
    },
    views: () => [...entries.values()].flatMap(({ round }) => (round ? [round.view()] : [])),
    lastPosted: () => lastPosted,
    notFinal: () => unfinished,
    async stop() {
      await Promise.all([...entries.values()].map(({ poster }) => poster?.stop()));
    },
  };
}
