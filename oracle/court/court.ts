import type { Logger } from "pino";
import type { Address, PublicClient } from "viem";
import { assayVaultAbi, type Deployment } from "../../sdk/index.ts";
import type { Database } from "../database/openDatabase.ts";
import { sessionOfDispute } from "../messages/session.ts";
import type { ChainFold, Head } from "../node/chainFold.ts";
import type { EvidenceStore } from "../node/evidenceStore.ts";
import type { ExchangeParts } from "../node/exchange.ts";
import type { LinkChains } from "../node/linkChains.ts";
import type { OwnMessages } from "../node/ownMessages.ts";
import type { PlaceInLine } from "../node/placeInLine.ts";
import type { RoundPlan } from "../node/roundPlan.ts";
import type { RoundRecord } from "../node/roundTables.ts";
import type { Transactions } from "../node/transactions.ts";
import type { Evaluations } from "../work/evaluations.ts";
import { createAuditor } from "./auditor.ts";
import { type AuditView, forgetAudits } from "./auditTable.ts";
import { type ChallengeView, createChallengeAnswerer } from "./challengeAnswerer.ts";
import { createChallengeKeeper } from "./challengeKeeper.ts";
import { forgetChallenges } from "./challengeTable.ts";
import { oldestProvable } from "./clocks.ts";
import { forgetContradictions } from "./contradictions.ts";
import { createCourtTransactions } from "./courtTransactions.ts";
import { createDisputeKeeper } from "./disputeKeeper.ts";
import { type DisputeRecord, forgetDisputes, readDisputes } from "./disputeTables.ts";
import type { ClaimsSource } from "./fetchClaims.ts";
import { createMedianChecker } from "./medianChecker.ts";
import { createProsecutor } from "./prosecutor.ts";
import { createReevaluations, type ReevaluationView } from "./reevaluations.ts";

/** What an evaluator owes the court: answers, second measurements, proofs, and that disputes go on. */
export interface Court {
  /** Takes every step that is due; what is sent is sent in the background. A duty that fails keeps no other from being done. */
  advance(head: Head, roundId: bigint): Promise<void>;
  /** Whether a re-evaluation takes its probes from this node's link of a round: nothing may show it meanwhile. */
  needsLink(roundId: bigint): boolean;
  views(): CourtView;
  /** Forgets challenges and ended disputes about rounds before `roundId`, with the evidence of the latter. */
  forgetBefore(roundId: bigint, now: bigint): Promise<void>;
  /** Waits for the transactions that are under way. */
  stop(): Promise<void>;
}

/** Court duties as the status page shows them. */
export interface CourtView {
  readonly challenges: readonly ChallengeView[];
  readonly reevaluations: readonly ReevaluationView[];
  /** Reports of others that are not what they say. */
  readonly audits: readonly AuditView[];
}

export interface CourtParts extends ClaimsSource {
  readonly database: Database;
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly seatId: bigint;
  readonly own: Address;
  readonly links: LinkChains;
  readonly suiteHash: `0x${string}`;
  readonly fold: ChainFold;
  readonly loadPlan: (record: RoundRecord) => Promise<RoundPlan | undefined>;
  readonly loadDisputePlan: (dispute: DisputeRecord) => Promise<RoundPlan | undefined>;
  readonly line: PlaceInLine;
  readonly ownMessages: OwnMessages;
  readonly exchange: ExchangeParts;
  /** For disputes alone: a round's measuring does not wait for them, nor they for it. */
  readonly evaluations: Evaluations;
  readonly evidence: EvidenceStore;
  readonly transactions: Transactions;
  /** See Reevaluations. */
  readonly mayTakePart: (plan: RoundPlan, now: bigint) => Promise<boolean>;
  readonly claimsFees: boolean;
  readonly answersForOthers: boolean;
  readonly stagger: bigint;
  readonly log: Logger;
}

export function createCourt(parts: CourtParts): Court {
  const { database, client, deployment, exchange, evidence } = parts;
  const { metrics } = exchange;
  const transactions = createCourtTransactions(parts.transactions, deployment);
  const seatBond = (seatId: bigint) =>
    client.readContract({ address: deployment.vault, abi: assayVaultAbi, functionName: "seatBond", args: [seatId] });
  const common = { ...parts, transactions, metrics, clocks: deployment };
  const answerer = createChallengeAnswerer(common);
  const prosecutor = createProsecutor({ ...common, seatBond });
  const medians = createMedianChecker({ ...common, domain: exchange.domain, peers: exchange.peers });
  const auditor = createAuditor({ ...common, domain: exchange.domain, seatBond });
  const challenges = createChallengeKeeper(common);
  const keeper = createDisputeKeeper(common);
  const reevaluations = createReevaluations({
    ...common,
    canPay: parts.transactions.canPay,
    loadPlan: parts.loadDisputePlan,
  });

  return {
    async advance(head, roundId) {
      const { timestamp: now } = head;
      const duties = [
        () => answerer.pursue(now),
        () => reevaluations.advance(now),
        () => keeper.pursue(head),
        () => challenges.pursue(now),
        () => prosecutor.pursue(now, roundId),
        () => medians.pursue(now, roundId),
        () => auditor.pursue(now, roundId),
      ];
      const failures: unknown[] = [];
      for (const duty of duties) await duty().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
    needsLink: reevaluations.needsLink,
    views: () => ({ challenges: answerer.views(), reevaluations: reevaluations.views(), audits: auditor.views() }),
    async forgetBefore(roundId, now) {
      const ended = await database.transaction(async (tx) => {
        await forgetChallenges(tx, roundId);
        await forgetContradictions(tx, oldestProvable(deployment, now));
        await forgetAudits(tx, roundId, oldestProvable(deployment, now));
        const ids = await forgetDisputes(tx, roundId);
        for (const session of ids.map(sessionOfDispute)) {
          for (const table of ["own_messages", "unsigned_messages", "message_draws", "peer_messages"])
            await tx.query(`delete from ${table} where round_id = $1`, [session.toString()]);
        }
        return ids;
      });
      for (const session of ended.map(sessionOfDispute)) await evidence.forget(session);
      // What a process that was ended has left, or a dispute that the chain has dropped.
      const known = new Set((await readDisputes(database)).map(({ disputeId }) => disputeId));
      await evidence.forgetOldDisputes((disputeId) => known.has(disputeId));
    },
    async stop() {
      await parts.evaluations.stop();
      const duties = [answerer, challenges, prosecutor, medians, auditor, keeper, reevaluations];
      await Promise.all(duties.map((duty) => duty.stop()));
    },
  };
}
