import { Hono } from "hono";
import type { Logger } from "pino";
import type { Hex } from "viem";
import { sendBlob } from "../http/sendBlob.ts";
import type { SocketEnv } from "../http/serveApp.ts";
import type { EvidenceStore } from "./evidenceStore.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { NodeStatus } from "./nodeStatus.ts";
import { problemsOf } from "./problemsOf.ts";

export interface StatusParts {
  readonly status: () => NodeStatus;
  readonly metrics: NodeMetrics;
  readonly evidence: EvidenceStore;
  readonly log: Logger;
}

const isHash = (value: string): value is Hex => /^0x[0-9a-f]{64}$/.test(value);

/** The node's own pages: health, status, metrics, and the evidence behind its reports. */
export function createStatusApp({ status, metrics, evidence, log }: StatusParts): Hono<SocketEnv> {
  const app = new Hono<SocketEnv>();

  app.get("/healthz", (c) => c.json({ ok: true }));

  app.get("/readyz", (c) => {
    const { ready, boards } = status();
    const ok = ready && boards.some(({ reachable }) => reachable);
    return c.json({ ok, chain: ready, boards }, ok ? 200 : 503);
  });

  app.get("/status", (c) =>
    c.body(toJson({ ...status(), problems: problemsOf(status()) }), 200, { "content-type": "application/json" }),
  );

  app.get("/metrics", async (c) =>
    c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );

  app.get("/evidence/:hash", async (c) => {
    const hash = c.req.param("hash").toLowerCase();
    const blob = isHash(hash) ? await evidence.open(hash) : null;
    if (!blob) return c.json({ error: `no evidence ${hash.slice(0, 66)} here: it may have been pruned` }, 404);
    return sendBlob(c, blob, (cause) => {
      const reason = cause instanceof Error ? cause.message : cause;
      log.error({ hash, reason }, "evidence cannot be read: bring it back before somebody challenges it");
    });
  });

  app.onError((error, c) => {
    log.error({ err: error, path: c.req.path }, "page not served");
    return c.json({ error: "this page cannot be shown now: the log says why" }, 500);
  });

  app.notFound((c) => c.json({ error: `no such page: ${c.req.method} ${c.req.path}` }, 404));
  return app;
}

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? Number(v) : v));
