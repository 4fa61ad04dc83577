import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { families } from "../../../domain/families.ts";
import { evaluate } from "../../../evaluation/evaluate.ts";
import type { Evaluation, FamilyScore } from "../../../evaluation/evaluation.ts";
import { lowerBoundBps } from "../../../evaluation/grading/lowerBoundBps.ts";
import { verdictOf } from "../../../evaluation/report/verdictOf.ts";
import { oracleOf, startModelServer } from "../modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../testSuite.ts";

const suite = await quickTempered();
const server = await startModelServer(oracleOf(planOf(suite, "quick")));
afterAll(() => server.close());

const measured = await evaluate({
  manifest: manifestOf(server.url),
  suite,
  profile: "quick",
  seed,
  context: {},
  allowPrivateHosts: ["127.0.0.1"],
  outDir: await mkdtemp(join(tmpdir(), "assay-")),
});

/** The run as if every family had this score over this many items. */
function scored(score: number, items: number, changes: Partial<Record<string, Partial<FamilyScore>>> = {}): Evaluation {
  const entries = families.map((family) => {
    const row = { ...measured.families[family], measured: true, score, items, ...changes[family] };
    return [family, { ...row, lowerBound: lowerBoundBps(row.score, row.items) }];
  });
  return { ...measured, voided: false, voidedBy: [], families: Object.fromEntries(entries) };
}

describe("verdictOf", () => {
  it("default: holds when every lower bound reaches its floor", () => {
    expect(verdictOf(scored(10_000, 500))).toMatchObject({
      tone: "good",
      headline: expect.stringMatching(/^Holds: every lower bound of \d families reaches its floor$/),
    });
  });

  it("behavior: a score that is not above its floor is named with it", () => {
    const { tone, headline, families: rows } = verdictOf(scored(10_000, 500, { P: { score: 8_500 } }));
    expect([tone, headline]).toEqual(["bad", "Does not hold: perturbation 85.00 % (floor 85 %)"]);
    expect(rows.find(({ family }) => family === "P")).toMatchObject({ standing: "below", floorBps: 8_500 });
  });

  it("behavior: a good score over few items is not proven", () => {
    const { tone, headline } = verdictOf(scored(10_000, 500, { C: { items: 10 } }));
    expect([tone, headline]).toEqual(["open", "Not proven: too few items for carry-over"]);
  });

  it("behavior: what the standards gate and nobody measured keeps the verdict open", () => {
    const { tone, meaning } = verdictOf(scored(10_000, 500, { R: { measured: false, score: 0, items: 0 } }));
    expect([tone, meaning]).toEqual(["open", expect.stringMatching(/Not measured: repeat\.$/)]);
  });

  it("behavior: an invalid run says nothing about the model, however bad its scores", () => {
    const run: Evaluation = { ...scored(0, 500), voided: true, voidedBy: ["canary"] };
    expect(verdictOf(run)).toMatchObject({ tone: "invalid", meaning: expect.stringContaining("own canary failed") });
    expect(new Set(verdictOf(run).families.map(({ standing }) => standing))).toEqual(new Set(["moot"]));
  });

  it("behavior: where nothing was ever answered the model is not blamed", () => {
    const firstTry = { ...measured.details.firstTry, primaries: 9, hardFailures: 9 };
    const run = { ...scored(0, 500), details: { ...measured.details, firstTry } };
    expect(verdictOf(run).headline).toBe("No verdict: the endpoint never gave an answer to grade");
  });
});
