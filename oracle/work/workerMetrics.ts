import { Counter, Gauge, Registry } from "prom-client";

/** What a worker counts; outcomes as in the node's own metric of that name. */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly evaluations: Counter<"outcome">;
  readonly measuring: Gauge;
}

/** @param measuring Versions being measured right now. */
export function createWorkerMetrics(measuring: () => number): WorkerMetrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    evaluations: new Counter({
      name: "assay_evaluations_total",
      help: "Evaluations ended: reported, voided, aborted or failed; in a worker measured instead of reported",
      labelNames: ["outcome"],
      registers,
    }),
    measuring: new Gauge({
      name: "assay_worker_measuring",
      help: "Versions this worker measures right now",
      registers,
      collect() {
        this.set(measuring());
      },
    }),
  };
}
