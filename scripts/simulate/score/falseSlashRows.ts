import { families } from "../../../domain/families.ts";
import type { Policy } from "../../../domain/policy.ts";
import { admissionYears, type YearAnswer } from "./admissionYears.ts";
import { type Measured, measured } from "./evaluatorScore.ts";
import { failChance } from "./failChance.ts";

/** Correlation within a round: none, and a drift of three points at a rate of 90 %. */
export const correlations = [0, 0.01] as const;
export const committees = [7, 3] as const;
/** R and J are alike. */
export const distinct = ["R", "C", "P", "E", "L", "T"] as const;

/** Where the true rate lies, and which of the two chances is the mistake there. */
export const places = [
  { name: "at ψ", mistake: "fails", rate: (_floor: number, slashFloor: number) => slashFloor },
  { name: "at φ", mistake: "fails", rate: (floor: number) => floor },
  { name: "φ + 2", mistake: "fails", rate: (floor: number) => floor + 0.02 },
  { name: "95 %", mistake: "fails", rate: () => 0.95 },
  { name: "99 %", mistake: "fails", rate: () => 0.99 },
  { name: "ψ − 5", mistake: "passes", rate: (_floor: number, slashFloor: number) => slashFloor - 0.05 },
  { name: "ψ − 10", mistake: "passes", rate: (_floor: number, slashFloor: number) => slashFloor - 0.1 },
  { name: "ψ − 20", mistake: "passes", rate: (_floor: number, slashFloor: number) => slashFloor - 0.2 },
] as const;

export interface FailRow {
  readonly family: (typeof distinct)[number] | "any";
  readonly members: number;
  readonly correlation: number;
  /** In the order of `places`: chance that a round goes wrong; for "any", that at least one family of a model that is there in all. */
  readonly mistakes: readonly number[];
}

/** Chances of one round, for every family, committee and correlation. */
export function failRows(policy: Policy): FailRow[] {
  return committees.flatMap((members) =>
    correlations.flatMap((correlation) => {
      const rows = distinct.map((family): FailRow => {
        const mistakes = places.map((_, place) => mistake({ family, members, correlation, place }, policy));
        return { family, members, correlation, mistakes };
      });
      return [...rows, { family: "any", members, correlation, mistakes: anyOf(rows) } as const];
    }),
  );
}

interface Case {
  readonly family: Measured;
  readonly members: number;
  readonly correlation: number;
  readonly place: number;
}

function mistake({ family, members, correlation, place }: Case, policy: Policy): number {
  const at = places[place];
  if (at === undefined) throw new RangeError(`there are ${places.length} places, not ${place}`);
  const index = families.indexOf(family);
  const floor = Number(policy.floorsBps[index]) / 10_000;
  const slashFloor = Number(policy.slashFloorsBps[index]) / 10_000;
  const rate = at.rate(floor, slashFloor);
  return failChance({ family, rate, committee: { members, combine: "median" }, correlation }, policy)[at.mistake];
}

/** Families are measured on items of their own, so that their chances are independent; R counts for J too. */
function anyOf(rows: readonly FailRow[]): number[] {
  return places.map(({ mistake }, place) => {
    const chances = [...rows, ...rows.slice(0, 1)].map(({ mistakes }) => mistakes[place] ?? 0);
    if (mistake === "passes") return chances.reduce((all, chance) => all * chance, 1);
    // 1 − Π(1 − p) without losing what is far below 1.
    return -Math.expm1(chances.reduce((log, chance) => log + Math.log1p(-chance), 0));
  });
}

/** Points that the true rate lies above the floor. */
export const margins = [-0.02, -0.01, 0, 0.01, 0.02, 0.03, 0.05] as const;

export interface YearRow {
  readonly margin: number;
  readonly correlation: number;
  readonly family: (typeof distinct)[number] | "all";
  /** Undefined where the rate would be 1 or more. */
  readonly answer: YearAnswer | undefined;
}

/** Years of daily rounds with a committee of seven: one family at a margin from its floor and the others perfect, or all of them. */
export function yearRows(policy: Policy, years: number): YearRow[] {
  return correlations.flatMap((correlation) =>
    margins.flatMap((margin) => {
      const rateOf = (family: Measured) => Number(policy.floorsBps[families.indexOf(family)]) / 10_000 + margin;
      const shared = { members: 7, correlation, years, seed: 2_026 };
      const single = distinct.map((family): YearRow => {
        const rate = rateOf(family);
        const answer = rate < 1 ? admissionYears({ ...shared, rates: { [family]: rate } }, policy) : undefined;
        return { margin, correlation, family, answer };
      });
      const rates = Object.fromEntries(measured.map((family) => [family, Math.min(1, rateOf(family))]));
      return [
        ...single,
        { margin, correlation, family: "all", answer: admissionYears({ ...shared, rates }, policy) } as const,
      ];
    }),
  );
}
