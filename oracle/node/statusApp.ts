import { Hono } from "hono";
import { stream } from "hono/streaming";
import { type Address, formatEther, type Hex } from "viem";
import type { EndpointView } from "../chain/rpcPool.ts";
import type { RoundView } from "./committeeRound.ts";
import type { EvidenceStore } from "./evidenceStore.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { RelayStatus } from "./transactions.ts";

/** What a node tells about itself. */
export interface NodeStatus {
  readonly evaluator: Address;
  /** Id of the seat. */
  readonly seat: bigint;
  readonly chainId: number;
  readonly assay: Address;
  /** Latest block seen; times are the chain's. */
  readonly head: { readonly number: bigint; readonly timestamp: bigint } | undefined;
  readonly currentRoundId: bigint;
  readonly rounds: readonly RoundView[];
  readonly lastPost: { readonly roundId: bigint; readonly transaction: Hex } | undefined;
  readonly relayer: RelayerStatus;
  readonly endpoints: readonly EndpointView[];
  readonly boards: readonly { readonly url: string; readonly reachable: boolean }[];
  /** The last errors of the loop, newest last. */
  readonly errors: readonly { readonly atBlock: bigint | undefined; readonly message: string }[];
  /** Whether the last pass over chain and boards succeeded. */
  readonly ready: boolean;
}

/** The relaying key and what it is about to send. */
export type RelayerStatus = Omit<RelayStatus, "balance"> & {
  /** In whole coins of the chain (ETH), when it last was asked for. */
  readonly balance: string | undefined;
};

export const relayerStatus = ({ balance, ...rest }: RelayStatus): RelayerStatus => ({
  ...rest,
  balance: balance === undefined ? undefined : formatEther(balance),
});

export interface StatusParts {
  readonly status: () => NodeStatus;
  readonly metrics: NodeMetrics;
  readonly evidence: EvidenceStore;
}

const isHash = (value: string): value is Hex => /^0x[0-9a-f]{64}$/.test(value);

/** The node's own pages: health, status, metrics, and the evidence behind its reports. */
export function createStatusApp({ status, metrics, evidence }: StatusParts): Hono {
  const app = new Hono();

  app.get("/healthz", (c) => c.json({ ok: true }));

  app.get("/readyz", (c) => {
    const { ready, boards } = status();
    const ok = ready && boards.some(({ reachable }) => reachable);
    return c.json({ ok, chain: ready, boards }, ok ? 200 : 503);
  });

  app.get("/status", (c) => c.body(toJson(status()), 200, { "content-type": "application/json" }));

  app.get("/metrics", async (c) =>
    c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );

  app.get("/evidence/:hash", async (c) => {
    const hash = c.req.param("hash").toLowerCase();
    const blob = isHash(hash) ? await evidence.open(hash) : null;
    if (!blob) return c.json({ error: `no evidence ${hash.slice(0, 66)} here: it may have been pruned` }, 404);
    c.header("content-type", "application/x-ndjson");
    if (blob.size !== null) c.header("content-length", `${blob.size}`);
    return stream(c, async (out) => {
      for await (const chunk of blob.bytes) await out.write(chunk);
    });
  });

  app.notFound((c) => c.json({ error: `no such page: ${c.req.method} ${c.req.path}` }, 404));
  return app;
}

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v));
