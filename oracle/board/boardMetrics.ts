import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { StoreSize } from "./boardStore.ts";
import { refusalReasons } from "./refusal.ts";

/** Pages of a board, as its metrics tell them apart. */
export type BoardPage = "post" | "messages" | "equivocations" | "other";

/** What a board counts. */
export interface BoardMetrics {
  readonly registry: Registry;
  readonly messages: Counter<"outcome">;
  readonly refusals: Counter<"reason">;
  readonly reads: Counter<"page">;
  readonly equivocations: Counter;
  readonly requestSeconds: Histogram<"page" | "status">;
}

/** Where a board's gauges come from, each asked when somebody reads the metrics; one that throws leaves its gauge as it was. */
export interface BoardFigures {
  size(): Promise<StoreSize>;
  isReady(): Promise<boolean>;
  headAgeSeconds(): Promise<number>;
  /** Undefined where the database is not on this machine. */
  diskFreeBytes(): Promise<number | undefined>;
}

const durationBuckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

export function createBoardMetrics(figures: BoardFigures): BoardMetrics {
  const registry = new Registry();
  const registers = [registry];
  addGauges(registry, figures);
  const metrics = {
    registry,
    messages: new Counter({
      name: "assay_board_messages_total",
      help: "Messages that were not refused: taken, or held (here already)",
      labelNames: ["outcome"],
      registers,
    }),
    refusals: new Counter<"reason">({
      name: "assay_board_refusals_total",
      help: `Requests refused: ${refusalReasons.join(", ")}`,
      labelNames: ["reason"],
      registers,
    }),
    reads: new Counter({
      name: "assay_board_reads_total",
      help: "Pages of messages and of equivocations that were answered",
      labelNames: ["page"],
      registers,
    }),
    equivocations: new Counter({
      name: "assay_board_equivocations_total",
      help: "Times an evaluator contradicted what it had signed before, kept as proof",
      registers,
    }),
    requestSeconds: new Histogram({
      name: "assay_board_request_seconds",
      help: "Seconds until a request was answered, by page (post, messages, equivocations, other) and status",
      labelNames: ["page", "status"],
      buckets: durationBuckets,
      registers,
    }),
  };
  beginAtZero(metrics);
  return metrics;
}

/** A counter that appears with its first event does not rise for Prometheus. */
function beginAtZero({ messages, refusals, reads }: BoardMetrics): void {
  for (const outcome of ["taken", "held"]) messages.inc({ outcome }, 0);
  for (const reason of refusalReasons) refusals.inc({ reason }, 0);
  for (const page of ["messages", "equivocations"]) reads.inc({ page }, 0);
}

function addGauges(registry: Registry, figures: BoardFigures): void {
  const gauge = (name: string, help: string, read: () => Promise<number | undefined>): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const value = await read().catch(() => undefined);
        if (value !== undefined) this.set(value);
      },
    });
  };
  gauge("assay_board_ready", "1 when database and chain do what the board needs", async () =>
    (await figures.isReady()) ? 1 : 0,
  );
  gauge("assay_board_stored_messages", "Messages kept", async () => (await figures.size()).messages);
  gauge("assay_board_stored_bytes", "Bytes of the messages kept", async () => (await figures.size()).bytes);
  gauge("assay_board_disk_free_bytes", "Free space where the data directory is", figures.diskFreeBytes);
  gauge(
    "assay_board_chain_head_age_seconds",
    "Seconds since the board first saw the chain's latest block",
    figures.headAgeSeconds,
  );
}
