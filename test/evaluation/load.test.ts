import { describe, expect, it } from "vitest";
import type { Suite } from "../../evaluation/suite/suite.ts";
import { measureModel } from "./measureModel.ts";
import { type Answer, oracleOf, reply } from "./modelServer.ts";
import { planOf, quickTempered } from "./testSuite.ts";

const base = await quickTempered();
/** Hardly anything but load. */
const least = { repeat: 1, format: 4, carryOverPerDepth: 1, perturbation: 1, edgePerStratum: 0, regression: 0 };
const suite: Suite = { ...base, profiles: { ...base.profiles, quick: { ...base.profiles.quick, ...least, load: 30 } } };
const plan = planOf(suite, "quick");
const oracle = oracleOf(plan);
const loadPrompts = new Set(
  plan.items.filter(({ family }) => family === "L").flatMap(({ probes }) => probes.map(({ prompt }) => prompt)),
);
const isLoad: (chat: Parameters<Answer>[0]) => boolean = ({ messages }) => loadPrompts.has(messages[0]?.content ?? "");

/** Answers load requests one after the other, each after so many milliseconds of work: fine idle, a growing queue when busy. */
function oneWorker(milliseconds: number): Answer {
  let free = 0;
  return (chat, response, request) => {
    if (!isLoad(chat)) return oracle(chat, response, request);
    free = Math.max(free, performance.now()) + milliseconds;
    setTimeout(() => reply(response, oracle(chat, response, request) ?? ""), free - performance.now());
    return null;
  };
}

describe("load", () => {
  it("default: a model that keeps up", async () => {
    const { scores, details, families } = await measureModel(oracle, { suite, manifest: { declaredRate: 400 } });
    expect(scores.L).toBe(10_000);
    expect(families.L).toMatchObject({ items: 30, denominator: 180, numerator: 1_800_000 });
    expect(details.load.steps.map(({ stratum, goodput }) => [stratum, goodput])).toEqual([
      ["load-25", { right: 30, of: 30 }],
      ["load-50", { right: 30, of: 30 }],
      ["load-100", { right: 30, of: 30 }],
    ]);
    expect(details.load.steps.map(({ scheduledMilliHertz }) => scheduledMilliHertz)).toEqual([
      100_000, 200_000, 400_000,
    ]);
  });

  it("behavior: a queue that grows shows in the time since the schedule, though every answer is right", async () => {
    // 10 ms of work at 400 requests a second declared: a hundred a second are possible, a quarter of what was declared.
    const manifest = { declaredRate: 400, declaredConcurrency: 2, serviceLevelMs: 80 };
    const { details, scores } = await measureModel(oneWorker(10), { suite, manifest });
    const [, , busy] = details.load.steps;
    expect(busy?.late).toBeGreaterThan(5);
    expect(busy?.wrong).toBe(0);
    expect(busy?.failed).toBe(0);
    expect(busy?.p95.micros).toBeGreaterThan(80_000);
    expect(scores.L).toBeLessThan(9_000);
    expect(scores.R).toBe(10_000);
  });

  it("behavior: waiting for a place in flight is the model's time, not the evaluator's lateness", async () => {
    const manifest = { declaredRate: 400, declaredConcurrency: 1, serviceLevelMs: 60_000 };
    const { details } = await measureModel(oneWorker(10), { suite, manifest });
    const [, , busy] = details.load.steps;
    expect(busy?.p95.micros).toBeGreaterThan(100_000);
    expect(details.lateness.p50Micros).toBeLessThan(busy?.p50.micros ?? 0);
  });

  it("behavior: what fails under load is not asked again before its step is over, and takes for ever", async () => {
    const failing: Answer = (chat, response, request) => {
      if (!isLoad(chat)) return oracle(chat, response, request);
      response.writeHead(503).end("{}");
      return null;
    };
    const lenient = { ...suite, transport: { ...suite.transport, abandonAfter: 1_000 } };
    const { details, scores } = await measureModel(failing, { suite: lenient, manifest: { declaredRate: 400 } });
    expect(scores.L).toBe(0);
    for (const { failed, p50 } of details.load.steps) {
      expect(failed).toBe(30);
      expect(p50).toEqual({ micros: null, upperMicros: null });
    }
    expect(details.firstTry).toMatchObject({ retries: 180, hardFailures: 90, byClass: { http5xx: 270 } });
  });

  it("behavior: an endpoint that dies under load is given up, and what is left counts as failed", async () => {
    const dying: Answer = (chat, response, request) => {
      if (!isLoad(chat)) return oracle(chat, response, request);
      response.destroy();
      return null;
    };
    const { details, stats, scores } = await measureModel(dying, { suite, manifest: { declaredRate: 400 } });
    expect(scores.L).toBe(0);
    expect(stats.unsent).toBeGreaterThan(0);
    expect(details.load.steps.map(({ goodput }) => goodput.of)).toEqual([30, 30, 30]);
  });

  it("error: aborted in the middle of a step, it ends with the reason and leaves nothing unheard", async () => {
    const stop = new AbortController();
    let seen = 0;
    const halting: Answer = (chat, response, request) => {
      if (!isLoad(chat)) return oracle(chat, response, request);
      seen += 1;
      if (seen === 5) stop.abort(new Error("out of time"));
      return seen < 3 ? oracle(chat, response, request) : null;
    };
    const aborted = measureModel(halting, { suite, manifest: { declaredRate: 400 }, signal: stop.signal });
    await expect(aborted).rejects.toThrow("out of time");
  });

  it("error: a run whose own requests left too late is invalid, and says so", async () => {
    const strict = { ...suite, schedule: { maxLatenessMs: 1 } };
    // Everything in this process stands still now and then, the evaluator included.
    const stalling: Answer = (chat, response, request) => {
      const until = performance.now() + (isLoad(chat) ? 8 : 0);
      while (performance.now() < until);
      return oracle(chat, response, request);
    };
    const { voided, voidedBy, details } = await measureModel(stalling, {
      suite: strict,
      manifest: { declaredRate: 400 },
    });
    expect(details.lateness.p99Micros).toBeGreaterThan(1_000);
    expect({ voided, voidedBy }).toEqual({ voided: true, voidedBy: ["lateness"] });
  });
});
