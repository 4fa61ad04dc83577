import { Hono } from "hono";
import type { WorkerMetrics } from "./workerMetrics.ts";

/** A worker's own pages: health and metrics. */
export function createWorkerApp(metrics: WorkerMetrics): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/metrics", async (c) =>
    c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );
  app.notFound((c) => c.json({ error: `no such page: ${c.req.method} ${c.req.path}` }, 404));
  return app;
}
