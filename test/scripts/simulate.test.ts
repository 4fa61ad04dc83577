import { describe, expect, it, test } from "vitest";
import { admissionOf } from "../../domain/admission.ts";
import { lanes, packMemory, withLane } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { emptyStake } from "../../domain/stake.ts";
import { type Behaviour, goodBehaviours, histories, wordOf } from "../../scripts/simulate/identity/behaviour.ts";
import { calibrationOf, isCalibrated } from "../../scripts/simulate/identity/calibration.ts";
import { broken, compare, dayOf, type Measure, weightMeasures } from "../../scripts/simulate/identity/comparison.ts";
import { afterHistory } from "../../scripts/simulate/identity/future.ts";
import { asDecided, variants } from "../../scripts/simulate/identity/variants.ts";
import { addVersion, birth, day, live } from "../../scripts/simulate/life.ts";
import { randomFrom } from "../../scripts/simulate/random.ts";
import { NoMarkedBlock, withBlock } from "../../scripts/simulate/report.ts";
import { binomial, sum } from "../../scripts/simulate/score/binomial.ts";
import { committeeDraw } from "../../scripts/simulate/score/committeeDraw.ts";
import { drift } from "../../scripts/simulate/score/drift.ts";
import { evaluatorScore } from "../../scripts/simulate/score/evaluatorScore.ts";
import { failChance } from "../../scripts/simulate/score/failChance.ts";

/** P(X ≤ most) for X ~ Binomial(trials, bps/10,000) in whole numbers; divided only at the end, with 60 digits. */
function exactLowerTail(trials: number, bps: bigint, most: number): number {
  const n = BigInt(trials);
  let ways = 1n;
  let total = 0n;
  for (let k = 0n; k <= BigInt(most); k += 1n) {
    total += ways * bps ** k * (10_000n - bps) ** (n - k);
    ways = (ways * (n - k)) / (k + 1n);
  }
  return Number((total * 10n ** 60n) / 10_000n ** n) / 1e60;
}

/** Chance that at least four of seven are on a side, by going through all 128 ways. */
function fourOfSeven(chance: number): number {
  let total = 0;
  for (let sides = 0; sides < 128; sides++) {
    const on = [0, 1, 2, 3, 4, 5, 6].filter((member) => (sides >> member) & 1).length;
    if (on >= 4) total += chance ** on * (1 - chance) ** (7 - on);
  }
  return total;
}

const relative = (a: number, b: number) => Math.abs(a - b) / b;

describe("chances of a round", () => {
  test.each([
    [80, 9_000n, 55],
    [80, 6_000n, 47],
    [50, 5_500n, 20],
    [294, 8_500n, 200],
    [7, 123n, 2],
  ])("behavior: the tail of %i trials at %i bps up to %i is that of whole-number arithmetic", (trials, bps, most) => {
    const tail = sum(binomial(trials, Number(bps) / 10_000).slice(0, most + 1));
    expect(relative(tail, exactLowerTail(trials, bps, most))).toBeLessThan(1e-10);
  });

  it("behavior: a family fails when four of seven evaluators are below the score at which the slash test fires", () => {
    // Floor 70 %, 600 items of which 17.89 % are of R, z² = 9: the highest of 81 possible scores that fails.
    const isFailing = (right: number) => {
      const score = Math.floor((10_000 * right) / 80) / 10_000;
      return score < 0.7 && (0.7 - score) ** 2 * 600 * 0.1789 >= 9 * 0.7 * 0.3;
    };
    const most = Array.from({ length: 81 }, (_, right) => right).filter(isFailing).length - 1;
    for (const bps of [7_000n, 6_500n, 6_000n, 5_000n]) {
      const question = { family: "R", rate: Number(bps) / 10_000, correlation: 0 } as const;
      const chance = failChance({ ...question, committee: { members: 7, combine: "median" } }, defaultPolicy);
      expect(relative(chance.fails, fourOfSeven(exactLowerTail(80, bps, most)))).toBeLessThan(1e-9);
      expect(chance.fails + chance.passes).toBeCloseTo(1, 12);
    }
  });

  it("behavior: a carry-over score has the mean of its rate, and the variance of conversations that weigh 1 to 6", () => {
    const outcomes = evaluatorScore("C", 0.8);
    const mean = sum(outcomes.map(({ scoreBps, chance }) => (scoreBps / 10_000) * chance));
    const variance = sum(outcomes.map(({ scoreBps, chance }) => (scoreBps / 10_000 - mean) ** 2 * chance));
    expect(mean).toBeCloseTo(0.8, 3);
    expect(relative(variance, (0.8 * 0.2 * 14 * 91) / 294 ** 2)).toBeLessThan(1e-3);
  });

  it("behavior: a drifting rate makes counts beta-binomial", () => {
    const [trials, a, b] = [20, 89.1, 9.9];
    // Pólya's urn: the chance of each count from that of the one before.
    const terms = [1];
    for (let k = 0; k < trials; k++) {
      terms.push(((terms[k] ?? 0) * (trials - k) * (a + k)) / ((k + 1) * (b + trials - k - 1)));
    }
    const mixed = new Array<number>(trials + 1).fill(0);
    for (const node of drift(0.9, 0.01)) {
      for (const [k, term] of binomial(trials, node.rate).entries()) mixed[k] = (mixed[k] ?? 0) + node.chance * term;
    }
    for (const [k, term] of terms.entries()) expect(relative(mixed[k] ?? 0, term / sum(terms))).toBeLessThan(1e-9);
  });

  it("behavior: drawn scores fail as often as computed", () => {
    const question = {
      family: "P",
      rate: 0.45,
      correlation: 0.01,
      committee: { members: 7, combine: "median" },
    } as const;
    const expected = failChance(question, defaultPolicy).fails;
    const draw = committeeDraw("P", 0.45, { members: 7, correlation: 0.01 });
    const random = randomFrom(1);
    const failing = (score: number) => score < 5_500 && (5_500 - score) ** 2 * 67.08 >= 9 * 5_500 * 4_500;
    const draws = 20_000;
    const share = Array.from({ length: draws }, () => draw(random)).filter(failing).length / draws;
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / draws));
  });
});

describe("a life", () => {
  it("behavior: a version is admitted exactly when the protocol says so", () => {
    const { policy } = asDecided;
    const days = [...Array(6).fill(1), 0.88, 0.885, 0.6, 0.6, ...Array(12).fill(0.95)];
    const bond = policy.bondMin;
    let life = birth(0n);
    const seen = new Set<boolean>();
    for (const quality of days) {
      life = live(life, wordOf({ name: "", quality, retries: 0 }), policy);
      const now = life.round * day;
      const openFreezes = life.frozenUntil > now ? 1n : 0n;
      const stake = { ...emptyStake, bond, openFreezes };
      const memoryWord = packMemory(withLane(life.memory, lanes.standard));
      const clock = { now, genesis: 0n, epochLength: day, paused: false, servedUntil: 0n };
      const question = { memoryWord, stake, policy, ...clock };
      expect(life.admitted).toBe(admissionOf(question).admitted);
      seen.add(life.admitted);
    }
    expect(seen.size).toBe(2);
  });
});

const smallGrid = goodBehaviours.flatMap((good) => histories(good, { ages: [30], rounds: [1, 3, 10] }));
const variant = (start: string) => {
  const found = variants.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`there is no variant ${start}`);
  return found.rules;
};

describe("leaving with a scar", () => {
  const held = (start: string, measures: readonly Measure[]) => {
    const comparisons = smallGrid.map((history) => compare(history, variant(start)));
    for (const measure of measures) expect([measure, broken(comparisons, measure)]).toEqual([measure, 0]);
  };

  it("default: it never earns weight, with one bond or two; nor do many versions", () => {
    held("**default", weightMeasures);
  });

  it("behavior: with twice the unbonding delay one bond does not pay in days either", () => {
    held("the same, unbonding", ["days, one bond", "weight, one bond"]);
  });

  it("behavior: no new versions are faster than a newcomer", () => {
    const comparisons = smallGrid.map((history) => compare(history, asDecided));
    for (const { futures } of comparisons) {
      const soonest = Math.min(
        ...(["version", "daily versions", "paced versions"] as const).map((s) => dayOf(futures[s])),
      );
      expect(soonest).toBeGreaterThanOrEqual(dayOf(futures["second bond"]));
    }
  });

  test.each(["whole scar", "scarCap 80", "both", "**default"])(
    "behavior: variant %s keeps what the standards are calibrated for",
    (start) => {
      expect(isCalibrated(calibrationOf(variant(start)))).toBe(true);
    },
  );

  it("behavior: versions do not take a scar off, time does", () => {
    const good: Behaviour = { name: "", quality: 0.97, retries: 0 };
    const bad: Behaviour = { name: "", quality: 0.4, retries: 1.5 };
    const scarsAfterFiveDays = [true, false].map((adds) => {
      let life = afterHistory({ good, bad, age: 30, rounds: 10 }, asDecided);
      for (let i = 0; i < 5; i++) {
        life = live(adds ? addVersion(life, asDecided) : life, wordOf(good), asDecided.policy);
      }
      return life.memory.scar;
    });
    expect(scarsAfterFiveDays[0]).toBe(scarsAfterFiveDays[1]);
    expect(scarsAfterFiveDays[0]).toBeGreaterThan(600n * 256n);
  });
});

describe("figures in a page", () => {
  it("default: replaces what stands between the marks and nothing else", () => {
    const page = "a\n<!-- simulate:x -->\nold\n<!-- /simulate -->\nb <!-- /simulate -->\n";
    const written = withBlock(page, "x", "new\n");
    expect(written).toBe("a\n<!-- simulate:x -->\n\nnew\n\n<!-- /simulate -->\nb <!-- /simulate -->\n");
    expect(withBlock(written, "x", "new")).toBe(written);
  });

  it("error: a page without the marks", () => {
    expect(() => withBlock("<!-- simulate:x -->\n", "x", "")).toThrow(new NoMarkedBlock("x"));
    expect(() => withBlock("<!-- /simulate -->\n", "x", "")).toThrow(NoMarkedBlock);
  });
});
