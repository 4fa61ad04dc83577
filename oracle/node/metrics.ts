import { Counter, Gauge, Registry } from "prom-client";

/** What a node counts. One registry a node, so that several can live in one process. */
export interface NodeMetrics {
  readonly registry: Registry;
  readonly headBlock: Gauge;
  readonly currentRound: Gauge;
  readonly boardUp: Gauge<"board">;
  readonly boardFaults: Counter<"board" | "fault">;
  readonly evaluations: Counter<"outcome">;
  readonly messages: Counter<"kind" | "outcome">;
  readonly transactions: Counter<"call" | "outcome">;
  readonly replacements: Counter<"call">;
  readonly vanished: Counter<"call">;
  readonly calls: Gauge<"state">;
  readonly transactionsWaiting: Gauge<"reason">;
  readonly relayerBalance: Gauge;
  readonly rpcUp: Gauge<"endpoint">;
  readonly rpcHead: Gauge<"endpoint">;
  readonly reorgs: Counter;
  readonly reorgDepth: Gauge;
  readonly rounds: Counter<"outcome">;
  readonly errors: Counter;
}

export function createMetrics(): NodeMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    headBlock: new Gauge({ name: "assay_head_block", help: "Number of the latest block seen", registers }),
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
      help: "Rounds this node was in the committee of: posted or lapsed",
      labelNames: ["outcome"],
      registers,
    }),
    errors: new Counter({ name: "assay_errors_total", help: "Passes of the node's loop that failed", registers }),
  };
}
