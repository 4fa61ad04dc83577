import { Counter, Gauge, Registry } from "prom-client";
import { findings } from "../court/auditClaims.ts";

/** What a node counts. One registry a node, so that several can live in one process. */
export interface NodeMetrics {
  readonly registry: Registry;
  readonly headBlock: Gauge;
  readonly passAge: Gauge;
  readonly currentRound: Gauge;
  readonly boardUp: Gauge<"board">;
  readonly boardFaults: Counter<"board" | "fault">;
  readonly evaluations: Counter<"outcome">;
  readonly jobs: Gauge<"state">;
  readonly messages: Counter<"kind" | "outcome">;
  readonly transactions: Counter<"call" | "outcome">;
  readonly replacements: Counter<"call">;
  readonly vanished: Counter<"call">;
  readonly foreignTransactions: Counter;
  readonly calls: Gauge<"state">;
  readonly transactionsWaiting: Gauge<"reason">;
  readonly relayerBalance: Gauge;
  readonly rpcUp: Gauge<"endpoint">;
  readonly rpcHead: Gauge<"endpoint">;
  readonly reorgs: Counter;
  readonly reorgDepth: Gauge;
  readonly rounds: Counter<"outcome">;
  readonly missingMembers: Counter<"step">;
  readonly heldBack: Gauge;
  readonly errors: Counter;
  readonly challenges: Counter<"outcome">;
  readonly challengesOpen: Gauge;
  readonly challengeSecondsLeft: Gauge;
  readonly challengeAnswerTime: Gauge;
  readonly proofs: Counter<"fault" | "outcome">;
  readonly audits: Counter<"finding">;
  readonly reevaluations: Counter<"outcome">;
  readonly reports: Counter<"outcome">;
  readonly disagreement: Gauge<"family">;
  readonly check: Gauge<"check">;
  readonly diskFree: Gauge;
  readonly clockSkew: Gauge;
  readonly gasDays: Gauge;
  readonly bondMissing: Gauge;
  readonly seatSlashed: Counter;
  readonly lastRoundPosted: Gauge;
}

export function createMetrics(): NodeMetrics {
  const metrics = registered(new Registry());
  // Not known yet, or never (an observer pays no gas): 0 would be an alarm.
  for (const gauge of [metrics.gasDays, metrics.relayerBalance, metrics.diskFree]) gauge.set(Number.NaN);
  metrics.challengeSecondsLeft.set(Number.POSITIVE_INFINITY);
  return metrics;
}

function registered(registry: Registry): NodeMetrics {
  const registers = [registry];
  const metrics = {
    registry,
    headBlock: new Gauge({ name: "assay_head_block", help: "Number of the latest block seen", registers }),
    passAge: new Gauge({
      name: "assay_pass_age_seconds",
      help: "Seconds since the node last went through chain and boards; it does every few seconds",
      registers,
    }),
    currentRound: new Gauge({ name: "assay_current_round", help: "Number of the running epoch", registers }),
    boardUp: new Gauge({
      name: "assay_board_up",
      help: "1 when the board answered the last time",
      labelNames: ["board"],
      registers,
    }),
    boardFaults: new Counter({
      name: "assay_board_faults_total",
      help: "What no honest board does: forged messages, or a flood of them",
      labelNames: ["board", "fault"],
      registers,
    }),
    jobs: new Gauge({
      name: "assay_jobs",
      help: "Versions given out in the rounds being measured: waiting, active, measured, failed or cancelled",
      labelNames: ["state"],
      registers,
    }),
    evaluations: new Counter({
      name: "assay_evaluations_total",
      help: "Evaluations ended: reported, voided, aborted or failed",
      labelNames: ["outcome"],
      registers,
    }),
    messages: new Counter({
      name: "assay_messages_total",
      help: "Messages found on boards: new, held, refused or equivocation",
      labelNames: ["kind", "outcome"],
      registers,
    }),
    transactions: new Counter({
      name: "assay_transactions_total",
      help: "Transactions: confirmed, alreadyDone or failed",
      labelNames: ["call", "outcome"],
      registers,
    }),
    replacements: new Counter({
      name: "assay_transaction_replacements_total",
      help: "Transactions sent again for a higher fee, because they were in no block for too long",
      labelNames: ["call"],
      registers,
    }),
    vanished: new Counter({
      name: "assay_transactions_vanished_total",
      help: "Transactions whose block is not on the chain any more; they are sent again",
      labelNames: ["call"],
      registers,
    }),
    foreignTransactions: new Counter({
      name: "assay_foreign_transactions_total",
      help: "Transactions of the relaying key that this node did not send",
      registers,
    }),
    calls: new Gauge({
      name: "assay_calls",
      help: "Calls under way: queued, sent, or mined (in a block, but without its confirmations)",
      labelNames: ["state"],
      registers,
    }),
    transactionsWaiting: new Gauge({
      name: "assay_transactions_waiting",
      help: "1 while transactions wait: feeCap (gas costs more than the configuration allows) or gas (too little to replace one)",
      labelNames: ["reason"],
      registers,
    }),
    relayerBalance: new Gauge({
      name: "assay_relayer_balance",
      help: "What the relaying key has to pay gas with, in whole coins of the chain (ETH)",
      registers,
    }),
    rpcUp: new Gauge({
      name: "assay_rpc_up",
      help: "1 when the RPC endpoint answers, is on the right chain and does not lag",
      labelNames: ["endpoint"],
      registers,
    }),
    rpcHead: new Gauge({
      name: "assay_rpc_head_block",
      help: "Number of the latest block that the RPC endpoint told of",
      labelNames: ["endpoint"],
      registers,
    }),
    reorgs: new Counter({
      name: "assay_reorgs_total",
      help: "Times the chain took another turn than the one followed before",
      registers,
    }),
    reorgDepth: new Gauge({
      name: "assay_reorg_depth_blocks",
      help: "Blocks that were followed again at the last reorganisation, at most",
      registers,
    }),
    rounds: new Counter({
      name: "assay_rounds_total",
      help: "Rounds this node was in the committee of: posted or lapsed; one whose results vanish and are posted again counts once",
      labelNames: ["outcome"],
      registers,
    }),
    missingMembers: new Counter({
      name: "assay_missing_members_total",
      help: "Members that rounds which did not become final lacked: their commitments, reports or signatures",
      labelNames: ["step"],
      registers,
    }),
    heldBack: new Gauge({
      name: "assay_rounds_held_back",
      help: "Open rounds left out until every board has shown what it holds under this node's key",
      registers,
    }),
    errors: new Counter({ name: "assay_errors_total", help: "Passes of the node's loop that failed", registers }),
    challenges: new Counter({
      name: "assay_challenges_total",
      help: "Challenges for evidence: answered, missing (evidence) or failed (an answer that was not sent yet)",
      labelNames: ["outcome"],
      registers,
    }),
    challengesOpen: new Gauge({
      name: "assay_challenges_open",
      help: "Challenges that this seat has to answer",
      registers,
    }),
    challengeSecondsLeft: new Gauge({
      name: "assay_challenge_seconds_left",
      help: "Seconds until the first challenge against this seat has to be answered; +Inf when there is none",
      registers,
    }),
    challengeAnswerTime: new Gauge({
      name: "assay_challenge_answer_seconds",
      help: "Seconds that an evaluator has to answer a challenge from its beginning, by the epochs of this deployment",
      registers,
    }),
    proofs: new Counter({
      name: "assay_proofs_total",
      help: "Proofs against evaluators, and challenges upheld that they left unanswered: sent, alreadyDone (somebody else's was first) or failed",
      labelNames: ["fault", "outcome"],
      registers,
    }),
    audits: new Counter({
      name: "assay_audits_total",
      help: "Reports of others whose evidence was replayed: clean, wrongSums, wrongRecord, unbacked or unreadable",
      labelNames: ["finding"],
      registers,
    }),
    reevaluations: new Counter({
      name: "assay_reevaluations_total",
      help: "Disputes whose second committee this node is in: posted or lapsed",
      labelNames: ["outcome"],
      registers,
    }),
    reports: new Counter({
      name: "assay_reports_total",
      help: "Versions this node was to report on, once their round was over: made or missed",
      labelNames: ["outcome"],
      registers,
    }),
    disagreement: new Gauge({
      name: "assay_disagreement",
      help: "Largest distance of the last posted round between own and posted score of a version, bps by family",
      labelNames: ["family"],
      registers,
    }),
    check: new Gauge({
      name: "assay_check",
      help: "What the node found when it last looked at itself: 0 ok, 1 somebody should look, 2 failed",
      labelNames: ["check"],
      registers,
    }),
    diskFree: new Gauge({ name: "assay_disk_free_bytes", help: "Free space where the data directory is", registers }),
    clockSkew: new Gauge({
      name: "assay_clock_skew_seconds",
      help: "Seconds this machine's clock is ahead of those of RPCs and boards",
      registers,
    }),
    gasDays: new Gauge({
      name: "assay_gas_days",
      help: "Days that the relaying key's balance lasts at the present gas price",
      registers,
    }),
    bondMissing: new Gauge({
      name: "assay_bond_missing",
      help: "Tokens that the seat's bond is short of what the standards ask for",
      registers,
    }),
    seatSlashed: new Counter({
      name: "assay_seat_slashed_total",
      help: "Times the chain took a part of this seat's bond since the node started",
      registers,
    }),
    lastRoundPosted: new Gauge({
      name: "assay_last_round_posted",
      help: "Number of the last round this node was in the committee of that was posted",
      registers,
    }),
  };
  beginAtZero(metrics);
  return metrics;
}

/** Prometheus sees a counter rise from what it was before: one that appears with its first event rises by nothing, and no alert fires. */
function beginAtZero({ rounds, reports, challenges, messages, audits }: NodeMetrics): void {
  for (const outcome of ["posted", "lapsed"]) rounds.inc({ outcome }, 0);
  for (const outcome of ["made", "missed"]) reports.inc({ outcome }, 0);
  for (const outcome of ["answered", "missing", "failed"]) challenges.inc({ outcome }, 0);
  for (const finding of findings) audits.inc({ finding }, 0);
  for (const kind of ["commitment", "report", "batchSignature"]) messages.inc({ kind, outcome: "equivocation" }, 0);
}
