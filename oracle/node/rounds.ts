import type { Logger } from "pino";
import type { Hex } from "viem";
import type { ChainFold, Head } from "./chainFold.ts";
import { type CommitteeRound, createCommitteeRound, type RoundView } from "./committeeRound.ts";
import type { Evaluations } from "./evaluations.ts";
import { createExchange, type ExchangeParts } from "./exchange.ts";
import type { LinkChains } from "./linkChains.ts";
import type { NodeCalls } from "./nodeCalls.ts";
import type { OwnMessages } from "./ownMessages.ts";
import { createPoster, type Poster } from "./poster.ts";
import { type Member, memberOf, type RoundPlan } from "./roundPlan.ts";
import type { RoundRecord } from "./roundTables.ts";

/** The rounds that can still be posted to, each led towards its batches. */
export interface Rounds {
  advance(head: Head, currentRoundId: bigint): Promise<void>;
  views(): readonly RoundView[];
  lastPosted(): { readonly roundId: bigint; readonly transaction: Hex } | undefined;
  stop(): Promise<void>;
}

export interface RoundsParts {
  readonly fold: ChainFold;
  readonly loadPlan: (record: RoundRecord) => Promise<RoundPlan | undefined>;
  readonly links: LinkChains;
  readonly suiteHash: Hex;
  readonly stagger: bigint;
  readonly ownMessages: OwnMessages;
  readonly exchange: ExchangeParts;
  readonly evaluations: Evaluations;
  readonly calls: NodeCalls;
  readonly log: Logger;
}

/** The contract takes a batch in the round's own epoch and in the two after it. */
const openEpochs = 3n;

interface Entry {
  /** The round's seed; another one after a reorganisation makes another round of it. */
  readonly seed: Hex;
  /** Undefined when this node has no part in the round. */
  readonly round: CommitteeRound | undefined;
  readonly poster: Poster | undefined;
  outcome: "open" | "posted" | "lapsed";
}

const notConcerned = (seed: Hex): Entry => ({ seed, round: undefined, poster: undefined, outcome: "open" });

export function createRounds(parts: RoundsParts): Rounds {
  const { fold, exchange, log } = parts;
  const entries = new Map<bigint, Entry>();
  let lastPosted: { roundId: bigint; transaction: Hex } | undefined;

  const enter = (plan: RoundPlan): Entry => {
    const roundLog = log.child({ roundId: `${plan.roundId}` });
    const self = memberOf(plan, exchange.own);
    const apart = self && reasonToStayApart(plan, self);
    if (apart !== undefined) roundLog.error(apart.values, apart.reason);
    if (!self || apart !== undefined || plan.assignments.length === 0) return notConcerned(plan.seed);
    const { calls, stagger, ownMessages, evaluations } = parts;
    const poster = createPoster({ plan, calls, stagger, log: roundLog });
    const round = createCommitteeRound({
      domain: exchange.domain,
      plan,
      self,
      stagger,
      ownMessages,
      exchange: createExchange({ ...exchange, log: roundLog }, plan),
      evaluations,
      poster,
      log: roundLog,
    });
    const { shard, assignments } = plan;
    roundLog.info({ place: self.seat, shard: `${shard}`, versions: assignments.length }, "in the committee");
    return { seed: plan.seed, round, poster, outcome: "open" };
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

  const entryOf = async (record: RoundRecord): Promise<Entry | undefined> => {
    if (!record.drawn) return undefined;
    const { seed } = record.drawn;
    const known = entries.get(record.roundId);
    if (known?.seed === seed) return known;
    const plan = await parts.loadPlan(record);
    const entry = plan ? enter(plan) : notConcerned(seed);
    entries.set(record.roundId, entry);
    return entry;
  };

  const settle = (entry: Entry, roundId: bigint, outcome: "posted" | "lapsed"): void => {
    if (entry.outcome !== "open" || !entry.round) return;
    entry.outcome = outcome;
    exchange.metrics.rounds.inc({ outcome });
    log.info({ roundId: `${roundId}` }, `round ${outcome}`);
  };

  const advanceOne = async (roundId: bigint, now: bigint): Promise<void> => {
    const record = await fold.round(roundId);
    const entry = record && (await entryOf(record));
    if (!entry?.round) return;
    const posted = await fold.results(roundId);
    for (const { versionId } of entry.round.view().versions) {
      const transaction = posted.get(versionId);
      if (transaction && (!lastPosted || roundId > lastPosted.roundId)) lastPosted = { roundId, transaction };
    }
    if (entry.outcome === "open" && entry.round.isPosted(posted)) settle(entry, roundId, "posted");
    if (entry.outcome === "open") await entry.round.advance(now, posted);
  };

  return {
    async advance({ timestamp }, currentRoundId) {
      parts.evaluations.review(
        ({ roundId, timing }) => timestamp < timing.commitBy && entries.get(roundId)?.outcome === "open",
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
    async stop() {
      await Promise.all([...entries.values()].map(({ poster }) => poster?.stop()));
    },
  };
}
