import { families } from "../../../domain/families.ts";
import { fails } from "../../../domain/gates.ts";
import { ratePerBps } from "../../../domain/memory.ts";
import type { Policy } from "../../../domain/policy.ts";
import { binomial, sum } from "./binomial.ts";
import { drift } from "./drift.ts";
import { evaluatorScore, firstTryRate, type Measured, suiteItems } from "./evaluatorScore.ts";

export interface Committee {
  /** Odd. */
  readonly members: number;
  /** The rule of the protocol is "median"; "pooled" takes all items as one run. */
  readonly combine: "median" | "pooled";
}

export interface Question {
  readonly family: Measured;
  /** Expected score, 0..1. */
  readonly rate: number;
  readonly committee: Committee;
  /** Correlation within a round, see drift. */
  readonly correlation: number;
}

/** Chance that a round's slash test of one family fires, and that it does not (each summed by itself, so that both tails are exact). */
export interface FailChance {
  readonly fails: number;
  readonly passes: number;
}

/** How likely one round fails the slash test in one family. */
export function failChance(question: Question, policy: Policy): FailChance {
  const { family, correlation } = question;
  const rate = family === "T" ? firstTryRate(question.rate) : question.rate;
  let failing = 0;
  let passing = 0;
  for (const node of drift(rate, correlation)) {
    const chance = failChanceAt({ ...question, rate: node.rate }, policy);
    failing += node.chance * chance.fails;
    passing += node.chance * chance.passes;
  }
  return { fails: failing, passes: passing };
}

function failChanceAt({ family, rate, committee }: Question, policy: Policy): FailChance {
  const { members, combine } = committee;
  const items = itemsOf(members, policy);
  const outcomes = evaluatorScore(family, rate, combine === "pooled" ? members : 1);
  const failing = outcomes.filter(({ scoreBps }) => isFailing(family, scoreBps, items, policy));
  const below = sum(failing.map(({ chance }) => chance));
  const above = sum(outcomes.slice(failing.length).map(({ chance }) => chance));
  if (combine === "pooled") return { fails: below, passes: above };
  return { fails: majority(below, members), passes: majority(above, members) };
}

/** Items of a committee's result. */
export function itemsOf(members: number, policy: Pick<Policy, "itemsCap">): bigint {
  return BigInt(Math.min(members * suiteItems, Number(policy.itemsCap)));
}

/** Chance that more than half of the members are on a side that each is on with `chance`: then the lower median is, too. */
export function majority(chance: number, members: number): number {
  return sum(binomial(members, Math.min(1, chance)).slice((members + 1) / 2));
}

function isFailing(family: Measured, scoreBps: number, items: bigint, policy: Policy): boolean {
  const index = families.indexOf(family);
  return fails({
    score: BigInt(scoreBps) * ratePerBps,
    slashFloorBps: policy.slashFloorsBps[index] ?? 0n,
    itemsShare: items * (policy.sharesBps[index] ?? 0n),
    z2: policy.failZ2,
  });
}
