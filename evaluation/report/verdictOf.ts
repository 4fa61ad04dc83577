import { type Family, families, familyNames } from "../../domain/families.ts";
import { massSharePerItem, passes } from "../../domain/gates.ts";
import { ratePerBps } from "../../domain/memory.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import type { Evaluation } from "../evaluation.ts";
import { percent, shortPercent } from "./figures.ts";
import { voidWords } from "./voidWords.ts";

/** Where a family stands against the floor of the standards; `moot` in a run that says nothing about the model. */
export const standings = ["clears", "unproven", "below", "ungated", "unmeasured", "moot"] as const;
export type Standing = (typeof standings)[number];

export interface FamilyStanding {
  readonly family: Family;
  readonly standing: Standing;
  /** The floor that the lower bound has to reach, bps; 0 when the standards have none. */
  readonly floorBps: number;
}

/** What a run comes to, in words. */
export interface RunVerdict {
  readonly tone: "good" | "open" | "bad" | "invalid";
  /** One sentence without a full stop at the end. */
  readonly headline: string;
  /** What it means and what to do next. */
  readonly meaning: string;
  readonly families: readonly FamilyStanding[];
}

type Standards = Pick<Policy, "floorsBps" | "passZ2">;

/** Holds one run against standards: does each family's lower bound reach its floor? */
export function verdictOf(evaluation: Evaluation, standards: Standards = defaultPolicy): RunVerdict {
  const standing = families.map((family, index) =>
    standingOf(evaluation, family, { floorBps: standards.floorsBps[index] ?? 0n, z2: standards.passZ2 }),
  );
  const said = words(evaluation, standing);
  return { ...said, families: said.tone === "invalid" ? standing.map(withoutVerdict) : standing };
}

const withoutVerdict = (row: FamilyStanding): FamilyStanding => ({
  ...row,
  standing: row.standing === "unmeasured" ? "unmeasured" : "moot",
});

function standingOf(evaluation: Evaluation, family: Family, gate: { floorBps: bigint; z2: bigint }): FamilyStanding {
  const { measured, score, items } = evaluation.families[family];
  const floorBps = Number(gate.floorBps);
  if (!measured) return { family, floorBps, standing: "unmeasured" };
  if (floorBps === 0) return { family, floorBps, standing: "ungated" };
  if (score <= floorBps) return { family, floorBps, standing: "below" };
  const test = { rate: BigInt(score) * ratePerBps, bar: gate.floorBps * ratePerBps };
  const proven = passes({ ...test, massShare: BigInt(items) * massSharePerItem, z2: gate.z2 });
  return { family, floorBps, standing: proven ? "clears" : "unproven" };
}

function words(evaluation: Evaluation, all: readonly FamilyStanding[]): Omit<RunVerdict, "families"> {
  const { voided, details } = evaluation;
  if (voided) {
    return {
      tone: "invalid",
      headline: "Run invalid: it says nothing about the model",
      meaning: `Why: ${voidWords(evaluation).join("; ")}. Run again on a machine that is less busy.`,
    };
  }
  if (details.firstTry.hardFailures >= details.firstTry.primaries) {
    return {
      tone: "invalid",
      headline: "No verdict: the endpoint never gave an answer to grade",
      meaning: "Every attempt failed. Check the endpoint, its key and the name of the model, then run again.",
    };
  }
  const below = all.filter(({ standing }) => standing === "below");
  if (below.length > 0) return refused(evaluation, below);
  const unproven = all.filter(({ standing }) => standing === "unproven");
  return unproven.length > 0 ? open(unproven) : cleared(all);
}

function refused({ families: scores }: Evaluation, below: readonly FamilyStanding[]): Omit<RunVerdict, "families"> {
  const named = below.map(
    ({ family, floorBps }) =>
      `${familyNames[family]} ${percent(scores[family].score)} (floor ${shortPercent(floorBps)})`,
  );
  return {
    tone: "bad",
    headline: `Does not hold: ${named.join(", ")}`,
    meaning:
      "These scores are not above the floors of the default standards. At this rate no amount of further evidence would admit the model.",
  };
}

function open(unproven: readonly FamilyStanding[]): Omit<RunVerdict, "families"> {
  return {
    tone: "open",
    headline: `Not proven: too few items for ${unproven.map(({ family }) => familyNames[family]).join(", ")}`,
    meaning:
      "These scores are above the floors of the default standards, but their lower bounds are not: chance could explain it. A larger profile or further runs decide.",
  };
}

function cleared(all: readonly FamilyStanding[]): Omit<RunVerdict, "families"> {
  const gated = all.filter(({ standing }) => standing === "clears").length;
  const missing = all.filter(({ standing, floorBps }) => standing === "unmeasured" && floorBps > 0);
  const unmeasured =
    missing.length > 0 ? ` Not measured: ${missing.map(({ family }) => familyNames[family]).join(", ")}.` : "";
  return {
    tone: missing.length > 0 ? "open" : "good",
    headline: `Holds: every lower bound of ${gated} families reaches its floor`,
    meaning: `One run clears the floors of the default standards. An admission takes ${defaultPolicy.minRounds} rounds of several evaluators, each with a seed of its own.${unmeasured}`,
  };
}
