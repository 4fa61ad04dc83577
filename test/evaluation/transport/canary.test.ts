import { describe, expect, it } from "vitest";
import { Canary } from "../../../evaluation/transport/canary.ts";

interface Failure {
  readonly at: number;
  readonly detail: string;
}

async function startCanary(timeoutMs: number): Promise<{ canary: Canary; failures: Failure[] }> {
  const failures: Failure[] = [];
  const canary = await Canary.start({
    intervalMs: 5,
    timeoutMs,
    clock: () => Math.round(performance.now() * 1000),
    onFailure: (at, detail) => void failures.push({ at, detail }),
  });
  return { canary, failures };
}

/** Keeps the event loop busy, as an overloaded evaluator does. */
function standStill(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe("Canary", () => {
  it("default: silent while the evaluator is well, and stopping twice is stopping once", async () => {
    const { canary, failures } = await startCanary(5_000);
    await canary.stop();
    await canary.stop();
    expect(failures).toEqual([]);
  });

  it("behavior: notices an evaluator that stands still", async () => {
    const { canary, failures } = await startCanary(50);
    standStill(200);
    await canary.stop();
    expect(failures).toContainEqual({ at: expect.any(Number), detail: "late" });
  });
});
