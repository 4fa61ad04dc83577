import type { Logger } from "pino";
import type { Hex } from "viem";
import type { Deployment } from "../../sdk/index.ts";
import type { ChainFold } from "../node/chainFold.ts";
import type { RoundView } from "../node/committeeRound.ts";
import type { Disagreements } from "../node/disagreements.ts";
import { createExchange, type Exchange, type ExchangeParts } from "../node/exchange.ts";
import { judgeProposal } from "../node/judgeProposal.ts";
import { committeesOf } from "../node/loadPlan.ts";
import type { NodeConfig } from "../node/nodeConfig.ts";
import type { Policies } from "../node/policies.ts";
import { reportSetOf } from "../node/reportSet.ts";
import type { Member, RoundPlan } from "../node/roundPlan.ts";
import type { Rounds } from "../node/rounds.ts";
import type { RoundRecord } from "../node/roundTables.ts";
import { roundTiming } from "../node/roundTiming.ts";
import type { Evaluations } from "../work/evaluations.ts";
import type { UnsignedReports } from "./unsignedReports.ts";

export interface ObservedRoundsParts {
  readonly fold: ChainFold;
  readonly deployment: Deployment;
  readonly policies: Policies;
  readonly timing: NodeConfig["timing"];
  readonly suiteHash: Hex;
  readonly reports: UnsignedReports;
  readonly exchange: ExchangeParts;
  readonly evaluations: Evaluations;
  readonly disagreements: Disagreements;
  readonly log: Logger;
}

/** One committee as seen from outside. */
interface Observed {
  readonly plan: RoundPlan;
  readonly exchange: Exchange;
}

interface Entry {
  readonly seed: Hex;
  /** Every version of the round, whichever committee measures it. */
  readonly whole: RoundPlan;
  readonly committees: readonly Observed[];
  readonly told: Set<Hex>;
  /** Whether all of it was on chain at the last look: the proposals behind it are looked for once more. */
  wasPosted: boolean;
  outcome: "open" | "posted" | "lapsed";
}

const openEpochs = 3n;
/** Nobody: no report is of this place, so that none is missed as this node's own. */
const nobody = {
  seat: 255,
  signer: "0x0000000000000000000000000000000000000000",
  linkHead: "0x",
} as const satisfies Member;

/**
 * The rounds as a node without a seat sees them: it measures all that is measured, reads the boards, judges what committees propose,
 * and tells what is posted apart from what it measured itself. It sends nothing to anybody.
 */
export function createObservedRounds(parts: ObservedRoundsParts): Rounds {
  const { fold, evaluations, reports, log } = parts;
  const entries = new Map<bigint, Entry>();
  let lastPosted: { roundId: bigint; transaction: Hex } | undefined;

  const enter = async (record: RoundRecord): Promise<Entry | undefined> => {
    if (!record.drawn) return undefined;
    const { seed } = record.drawn;
    const known = entries.get(record.roundId);
    if (known?.seed === seed) return known;
    const plans = await plansOf(parts, record, record.drawn);
    const assignments = plans.flatMap((plan) => plan.assignments);
    const [first] = plans;
    if (!first) return undefined;
    const entry: Entry = {
      seed,
      whole: { ...first, assignments },
      committees: plans.map((plan) => ({ plan, exchange: createExchange({ ...parts.exchange, log }, plan) })),
      told: new Set(),
      wasPosted: false,
      outcome: "open",
    };
    entries.set(record.roundId, entry);
    if (record.suiteHash !== parts.suiteHash)
      log.error({ roundId: `${record.roundId}` }, "round asks for another suite");
    log.info({ roundId: `${record.roundId}`, versions: assignments.length }, "round observed");
    return entry;
  };

  const judge = async ({ plan, exchange }: Observed, told: Set<Hex>, now: bigint): Promise<void> => {
    const received = await exchange.collect(now);
    const set = reportSetOf(plan, received);
    for (const { message, digest } of received) {
      if (message.kind !== "batchSignature" || told.has(digest)) continue;
      const judgement = judgeProposal(parts.exchange.domain, plan, set, nobody, message);
      const about = { roundId: `${plan.roundId}`, evaluator: message.evaluator, digest };
      // Reports may still be on their way: a refusal is told once they are due.
      if ("accepted" in judgement) log.info(about, "would sign this proposal");
      else if (now < plan.timing.revealBy) continue;
      else log.warn({ ...about, reason: judgement.refused }, "would not sign this proposal");
      told.add(digest);
    }
  };

  const advanceOne = async (roundId: bigint, now: bigint): Promise<void> => {
    const record = await fold.round(roundId);
    if (!record) return;
    const entry = await enter(record);
    if (entry?.outcome !== "open") return;
    const own = reports.ofRound(roundId);
    if (record.suiteHash === parts.suiteHash) evaluations.pursue(entry.whole, new Set(own.keys()), now);
    for (const committee of entry.committees) await judge(committee, entry.told, now);
    const posted = await fold.results(roundId);
    const [transaction] = posted.values();
    if (transaction && (!lastPosted || roundId > lastPosted.roundId)) lastPosted = { roundId, transaction };
    const isAll = entry.whole.assignments.every(({ versionId }) => posted.has(versionId));
    // What is not all posted when the time for it is over stays so.
    if (isAll && entry.wasPosted && now >= entry.whole.timing.commitBy) await settle(entry, roundId, "posted");
    entry.wasPosted = isAll;
  };

  const settle = async (entry: Entry, roundId: bigint, outcome: "posted" | "lapsed"): Promise<void> => {
    if (entry.outcome !== "open") return;
    entry.outcome = outcome;
    const { metrics } = parts.exchange;
    const own = reports.ofRound(roundId);
    metrics.rounds.inc({ outcome });
    if (outcome === "posted") metrics.lastRoundPosted.set(Number(roundId));
    for (const { versionId } of entry.whole.assignments)
      metrics.reports.inc({ outcome: own.has(versionId) ? "made" : "missed" });
    log.info({ roundId: `${roundId}`, measured: own.size }, `round ${outcome}`);
    await parts.disagreements.compare(roundId, own, await fold.results(roundId));
  };

  const viewOf = ({ whole, outcome }: Entry): RoundView => {
    const running = new Set(evaluations.running());
    const own = reports.ofRound(whole.roundId);
    return {
      roundId: whole.roundId,
      phase: outcome === "open" ? "measuring" : "posting",
      versions: whole.assignments.map(({ modelId, versionId }) => ({
        modelId,
        versionId,
        stage: own.has(versionId) ? "measured" : running.has(versionId) ? "measuring" : "waiting",
      })),
      missing: undefined,
    };
  };

  return {
    async advance({ timestamp }, currentRoundId) {
      evaluations.review(
        ({ roundId, timing }) => timestamp < timing.commitBy && entries.get(roundId)?.outcome === "open",
        timestamp,
      );
      const oldest = currentRoundId - openEpochs + 1n;
      for (const [roundId, entry] of entries) {
        if (roundId >= oldest) continue;
        await settle(entry, roundId, "lapsed");
        entries.delete(roundId);
      }
      for (let roundId = currentRoundId; roundId >= oldest && roundId > 0n; roundId -= 1n)
        await advanceOne(roundId, timestamp);
    },
    views: () => [...entries.values()].map(viewOf),
    notFinal: () => [],
    lastPosted: () => lastPosted,
    stop: async () => undefined,
  };
}

/** What each of a round's committees measures. */
async function plansOf(
  { fold, policies, deployment, timing }: ObservedRoundsParts,
  { roundId, policyId, suiteHash }: RoundRecord,
  drawn: NonNullable<RoundRecord["drawn"]>,
): Promise<RoundPlan[]> {
  const shared = {
    roundId,
    linkRoundId: roundId,
    measuredRoundId: roundId,
    seed: drawn.seed,
    suiteHash,
    policy: await policies.get(policyId),
    timing: roundTiming(deployment, timing, roundId),
  };
  return Promise.all(
    committeesOf(drawn, await fold.seats(roundId)).map(async (committee) => ({
      ...shared,
      ...committee,
      assignments: await fold.assignments(roundId, committee.shard),
    })),
  );
}
