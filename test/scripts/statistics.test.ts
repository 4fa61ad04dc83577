import { describe, expect, it, test } from "vitest";
import { defaultPolicy } from "../../domain/policy.ts";
import { lowerBoundBps } from "../../evaluation/grading/lowerBoundBps.ts";
import { SequentialTest } from "../../evaluation/grading/sequentialTest.ts";
import { manifestForEndpoint } from "../../evaluation/manifest/manifest.ts";
import { buildPlan } from "../../evaluation/plan/plan.ts";
import { testedFamilies } from "../../evaluation/suite/earlyStopSchema.ts";
import { loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import { sum } from "../../scripts/simulate/score/binomial.ts";
import { evaluatorScore } from "../../scripts/simulate/score/evaluatorScore.ts";
import { decisionCost } from "../../scripts/simulate/statistics/cost.ts";
import { coverageAt, worstCoverage } from "../../scripts/simulate/statistics/coverage.ts";
import { earlyStop } from "../../scripts/simulate/statistics/earlyStop.ts";
import { alarmChance, meanPenaltyBps, penalties } from "../../scripts/simulate/statistics/falseAlarm.ts";
import { FirstDecision } from "../../scripts/simulate/statistics/firstDecision.ts";
import { bestDecision, itemsNeeded } from "../../scripts/simulate/statistics/instability.ts";
import { meanBps, medianOutcomes } from "../../scripts/simulate/statistics/liars.ts";
import { expectedItems, sequentialPath } from "../../scripts/simulate/statistics/sequential.ts";
import { suiteSizes } from "../../scripts/simulate/statistics/suiteSizes.ts";
import { orderStatisticConfidence, requestsNeeded } from "../../scripts/simulate/statistics/tailBound.ts";
import { weightedScore } from "../../scripts/simulate/statistics/weightedScore.ts";

const equalWeights = (items: number) => new Array<number>(items).fill(1);

function wilson(items: number) {
  return {
    outcomesAt: (rate: number) => weightedScore(equalWeights(items), rate),
    boundOf: (scoreBps: number) => lowerBoundBps(scoreBps, items),
  };
}

describe("coverage of the lower bound", () => {
  it("behavior: the smallest chance is the smallest of a fine grid of rates", () => {
    const worst = worstCoverage(wilson(30), 0);
    const grid = Array.from({ length: 20_000 }, (_, i) => coverageAt(wilson(30), (i + 0.5) / 20_000));
    const least = Math.min(...grid);
    expect(worst?.chance).toBeLessThanOrEqual(least);
    expect(least - (worst?.chance ?? 0)).toBeLessThan(0.002);
  });

  it("behavior: one success is enough to be above a rate near 0, the known weak place of Wilson's interval", () => {
    // (1 + z²/2 − z·√(z²/4 + 1 − 1/n)) / (n + z²) with z = 2, and (1 − p)^n: Brown, Cai and DasGupta (2001) for one side.
    const items = 1_000;
    const rate = (1 + 2 - 2 * Math.sqrt(1 + 1 - 1 / items)) / (items + 4);
    const worst = worstCoverage(wilson(items), 0);
    expect(worst?.rate).toBe(Math.floor(10_000 * rate) / 10_000);
    expect(worst?.chance).toBeCloseTo((1 - (worst?.rate ?? 0)) ** items, 12);
  });

  it("behavior: scores whose bound never reaches a rate are no mistake there", () => {
    expect(worstCoverage(wilson(10), 0.8)).toBeUndefined();
    expect(coverageAt(wilson(10), 0.8)).toBeCloseTo(1, 12);
  });

  it("behavior: a family of weighted items has the distribution of the standard suite's conversations", () => {
    const weights = Array.from({ length: 84 }, (_, index) => 1 + (index % 6));
    expect(weightedScore(weights, 0.9)).toEqual(evaluatorScore("C", 0.9));
  });
});

describe("bounds of a quantile", () => {
  // Wilks (1941): 59 and 93 observations for one-sided 95/95 with the largest and the second largest, 90 for 95/99.
  test.each([
    [1, 0.95, 59],
    [2, 0.95, 93],
    [3, 0.95, 124],
    [1, 0.99, 90],
  ])("behavior: rank %i with confidence %f needs Wilks's %i observations", (rank, confidence, count) => {
    expect(requestsNeeded(rank, 0.95, confidence)).toBe(count);
  });

  it("behavior: the largest of n misses with 0.95^n", () => {
    expect(orderStatisticConfidence(93, 1, 0.95)).toBeCloseTo(1 - 0.95 ** 93, 12);
  });
});

describe("2 % against 5 %", () => {
  const alternatives = { stable: 0.02, unstable: 0.05 };

  it("behavior: 386 items tell them apart at 5 %", () => {
    expect(itemsNeeded(0.05, alternatives)).toBe(386);
  });

  it("behavior: both mistakes of one item that must be right are known", () => {
    const { most, falseAlarm, miss } = bestDecision(1, alternatives);
    expect([most, falseAlarm, miss]).toEqual([0, expect.closeTo(0.02, 12), expect.closeTo(0.95, 12)]);
  });

  it("behavior: two of three decide", () => {
    const { falseAlarm } = bestDecision(200, alternatives, 3);
    const single = bestDecision(200, alternatives, 1).falseAlarm;
    expect(bestDecision(200, alternatives, 3).most).toBe(bestDecision(200, alternatives, 1).most);
    expect(falseAlarm).toBeCloseTo(single ** 3 + 3 * single ** 2 * (1 - single), 12);
  });
});

describe("first decision", () => {
  it("behavior: a perfect model is admitted for certain, one far below its floor never", () => {
    const decision = new FirstDecision("R", 3, defaultPolicy);
    expect(decision.admitted(1)).toBeCloseTo(1, 12);
    expect(decision.admitted(0.5)).toBe(0);
  });

  it("behavior: more evaluators make both mistakes rarer", () => {
    const [three, seven] = [3, 7].map((members) => new FirstDecision("P", members, defaultPolicy));
    expect(seven?.admitted(0.84)).toBeLessThan(three?.admitted(0.84) ?? 0);
    expect(seven?.admitted(0.92)).toBeGreaterThan(three?.admitted(0.92) ?? 1);
  });

  it("default: three standard rounds of three evaluators decide", async () => {
    const standard = suiteSizes(await loadSuite()).find(({ profile }) => profile === "standard");
    const size = standard ?? { items: 0, requests: 0 };
    expect(decisionCost(size, 3, defaultPolicy)).toEqual({ rounds: 3, requests: 9 * size.requests });
  });

  it("behavior: too few items never add up to a decision", () => {
    expect(decisionCost({ items: 1, requests: 1 }, 1, defaultPolicy)).toEqual({
      rounds: undefined,
      requests: undefined,
    });
  });
});

describe("sequential test", () => {
  const boundaries = { lower: -3, upper: 4, items: 9 };

  it("behavior: is what going through all 512 runs of nine items gives", () => {
    const right = 0.7;
    const total = { lower: 0, upper: 0, items: 0 };
    for (let run = 0; run < 512; run++) {
      const steps = Array.from({ length: 9 }, (_, item) => (run >> item) & 1);
      const ofRun = sum(steps) === 0 ? 0.3 ** 9 : right ** sum(steps) * (1 - right) ** (9 - sum(steps));
      let [level, asked] = [0, 0];
      for (const step of steps) {
        level += step ? 1 : -1;
        asked += 1;
        if (level <= -3 || level >= 4) break;
      }
      total.items += asked * ofRun;
      if (level <= -3) total.lower += ofRun;
      else if (level >= 4) total.upper += ofRun;
    }
    const increments = [
      { microNats: 1, chance: right },
      { microNats: -1, chance: 1 - right },
    ];
    const path = sequentialPath(increments, boundaries);
    expect(path.lower.at(-1)).toBeCloseTo(total.lower, 12);
    expect(path.upper.at(-1)).toBeCloseTo(total.upper, 12);
    expect(expectedItems(path)).toBeCloseTo(total.items, 12);
  });

  it("behavior: with room enough a fair walk is ruined as the gambler is", () => {
    const fair = [
      { microNats: 1, chance: 0.5 },
      { microNats: -1, chance: 0.5 },
    ];
    const path = sequentialPath(fair, { lower: -3, upper: 7, items: 2_000 });
    expect(path.upper.at(-1)).toBeCloseTo(3 / 10, 9);
    expect(expectedItems(path)).toBeCloseTo(3 * 7, 6);
  });
});

describe("early stop", () => {
  /** Fourteen items to test; seven times as likely right in a good model as in a bad one. */
  async function smallSuite(): Promise<Suite> {
    const suite = await loadSuite();
    const hypotheses = { goodBps: 7_000, badBps: 1_000 };
    const counts = { repeat: 2, format: 2, carryOverPerDepth: 1, perturbation: 2, edgePerStratum: 1 };
    return {
      ...suite,
      carryOver: { ...suite.carryOver, maxDepth: 2 },
      earlyStop: {
        profiles: ["quick"],
        errorBps: 2_000,
        minItems: 1,
        blocks: 2,
        families: { R: hypotheses, J: hypotheses, C: hypotheses, P: hypotheses, E: hypotheses },
      },
      profiles: { ...suite.profiles, quick: { ...suite.profiles.quick, ...counts } },
    };
  }

  it("behavior: is what the run's own test decides over all possible runs", async () => {
    const suite = await smallSuite();
    const manifest = manifestForEndpoint("http://127.0.0.1");
    const plan = buildPlan({ suite, profile: "quick", seed: `0x${"07".repeat(32)}`, manifest });
    const rates = { R: 0.9, J: 0.8, C: 0.85, P: 0.7, E: 0.75 };
    const { order } = new SequentialTest(plan, suite);
    const right = order.map(
      (item) => rates[testedFamilies.find((family) => family === plan.items[item]?.family) ?? "R"],
    );
    const total = { bad: 0, good: 0, items: 0 };
    for (let run = 0; run < 2 ** order.length; run++) {
      const test = new SequentialTest(plan, suite);
      const answers = order.map((_, place) => ((run >> place) & 1) === 1);
      for (const [place, item] of order.entries()) test.note(item, answers[place] ?? false);
      const chance = right.reduce((all, rate, place) => all * (answers[place] ? rate : 1 - rate), 1);
      total.items += chance * (test.stop?.items ?? order.length);
      if (test.stop) total[test.stop.decision] += chance;
    }
    const computed = earlyStop(plan, suite, rates);
    expect(total.bad).toBeGreaterThan(0.1);
    expect(total.good).toBeGreaterThan(0.1);
    for (const key of ["bad", "good", "items"] as const) expect(computed[key]).toBeCloseTo(total[key], 10);
  }, 120_000);

  it("behavior: a perfect model ends as good, and is asked less", async () => {
    const suite = await smallSuite();
    const manifest = manifestForEndpoint("http://127.0.0.1");
    const plan = buildPlan({ suite, profile: "quick", seed: `0x${"07".repeat(32)}`, manifest });
    const all = plan.order.reduce((total, { probes }) => total + probes.length, 0);
    const { good, requests } = earlyStop(plan, suite, { R: 1, J: 1, C: 1, P: 1, E: 1 });
    expect(good).toBeCloseTo(1, 12);
    expect(requests).toBeLessThan(all);
  });

  it("error: a plan that does not stop early", async () => {
    const suite = await loadSuite();
    const manifest = manifestForEndpoint("http://127.0.0.1");
    const plan = buildPlan({ suite, profile: "quick", seed: `0x${"07".repeat(32)}`, manifest });
    expect(() => earlyStop(plan, suite, { R: 1, J: 1, C: 1, P: 1, E: 1 })).toThrow(RangeError);
  });
});

describe("regression penalty", () => {
  const lost = ({ worse, better }: { worse: number; better: number }) => Math.max(0, worse - better);

  it("behavior: paired counts are trinomial", () => {
    // Two items, each worse with 0.2 and better with 0.1: more worse than better is WW, W- or -W.
    const outcomes = penalties(2, { worse: 0.2, better: 0.1 }, lost);
    expect(sum(outcomes.map(({ chance }) => chance))).toBeCloseTo(1, 12);
    expect(alarmChance(outcomes)).toBeCloseTo(0.2 * 0.2 + 2 * 0.2 * 0.7, 12);
    expect(meanPenaltyBps(outcomes)).toBeCloseTo(2 * 0.04 + 2 * 0.2 * 0.7, 12);
  });
});

describe("liars in a committee", () => {
  const outcomes = weightedScore(equalWeights(20), 0.8);

  it("behavior: an honest median is what sorting all draws of three gives", () => {
    const coin = weightedScore([1, 1], 0.5);
    const expected = new Map<number, number>();
    for (const a of coin) {
      for (const b of coin) {
        for (const c of coin) {
          const median = [a, b, c].map(({ scoreBps }) => scoreBps).sort((x, y) => x - y)[1] ?? 0;
          expected.set(median, (expected.get(median) ?? 0) + a.chance * b.chance * c.chance);
        }
      }
    }
    for (const { scoreBps, chance } of medianOutcomes(coin, 3, [])) {
      expect(chance).toBeCloseTo(expected.get(scoreBps) ?? 0, 12);
    }
  });

  it("behavior: liars that shift by nothing are honest", () => {
    expect(meanBps(medianOutcomes(outcomes, 7, [{ count: 2, shiftBps: 0 }]))).toBeCloseTo(
      meanBps(medianOutcomes(outcomes, 7, [])),
      8,
    );
  });

  it("behavior: two liars move a median of seven less than the lie, whatever its size", () => {
    const honest = meanBps(medianOutcomes(outcomes, 7, []));
    const moved = [500, 2_000, 10_000].map(
      (shiftBps) => meanBps(medianOutcomes(outcomes, 7, [{ count: 2, shiftBps }])) - honest,
    );
    expect(moved[0]).toBeGreaterThan(0);
    expect(moved[0]).toBeLessThan(500);
    expect(moved[2]).toBeLessThan(600);
  });
});
