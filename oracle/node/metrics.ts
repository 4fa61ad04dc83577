import { Counter, Gauge, Registry } from "prom-client";

/** What a node counts. One registry a node, so that several can live in one process. */
export interface NodeMetrics {
  readonly registry: Registry;
  readonly headBlock: Gauge;
  readonly currentRound: Gauge;
  readonly boardUp: Gauge<"board">;
  readonly evaluations: Counter<"outcome">;
  readonly messages: Counter<"kind" | "outcome">;
  readonly transactions: Counter<"call" | "outcome">;
  readonly rounds: Counter<"outcome">;
  readonly heldBack: Gauge;
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
    rounds: new Counter({
      name: "assay_rounds_total",
      help: "Rounds this node was in the committee of: posted or lapsed",
      labelNames: ["outcome"],
      registers,
    }),
    heldBack: new Gauge({
      name: "assay_rounds_held_back",
      help: "Open rounds left out until every board has shown what it holds under this node's key",
      registers,
    }),
    errors: new Counter({ name: "assay_errors_total", help: "Passes of the node's loop that failed", registers }),
  };
}
