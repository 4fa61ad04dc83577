import { chance, percent, table } from "../report.ts";
import { committees, correlations, distinct, type FailRow, margins, places, type YearRow } from "./falseSlashRows.ts";

const names = { R: "R, J", C: "C", P: "P", E: "E", L: "L", T: "T", any: "any", all: "all" } as const;
const daysOfYear = 365;

/** Both tables with what they assume. */
export function falseSlashMarkdown(
  { fails, years }: { fails: readonly FailRow[]; years: readonly YearRow[] },
  yearsPerCase: number,
): string {
  return `**Slash test, one round.** Chance of the mistake: that it fires (true rate from ψ up), or that it does not (below ψ). Each cell: a
steady true rate / one that drifts from round to round (Beta, correlation 0.01: ±3 points at 90 %). Exact tails of the lower median of
the committee's scores over the standard suite; items (of L: all three requests) independent and right or wrong, evaluators honest. "any": a
model that stands there in all seven families; below ψ the mistake is that none fires. φ is the family's floor, ψ its slash floor; "a year" is 365 rounds.

${failTable(fails)}

**Admission, a year of daily rounds.** Committee of seven, ${yearsPerCase} simulated years a case, each from an empty record. Up to the floor: years with a
day of admission · days admitted. Above it: years with a refusal from the second week on · days refused. Each cell: steady / drifting. One
family stands at that distance from its floor and the others are perfect, or all do. A score of T below 1 means retries, and so a scar.

${yearTable(years)}`;
}

function failTable(rows: readonly FailRow[]): string {
  const body = committees.flatMap((members) => [
    ...([...distinct, "any"] as const).map((family) => failCells(rows, { family, members, rounds: 1 })),
    failCells(rows, { family: "any", members, rounds: daysOfYear }),
  ]);
  return table([["family", "evaluators", ...places.map(({ name }) => name)], ...body]);
}

function failCells(
  rows: readonly FailRow[],
  { family, members, rounds }: { family: FailRow["family"]; members: number; rounds: number },
): string[] {
  const cells = places.map(({ mistake }, place) => {
    // A bad model does not stay unseen for a year: only the first kind of mistake adds up.
    if (rounds > 1 && mistake === "passes") return "";
    return correlations
      .map((correlation) => {
        const row = rows.find((it) => it.family === family && it.members === members && it.correlation === correlation);
        return chance(-Math.expm1(rounds * Math.log1p(-(row?.mistakes[place] ?? Number.NaN))));
      })
      .join(" / ");
  });
  return [rounds > 1 ? `${names[family]}, a year` : names[family], String(members), ...cells];
}

function yearTable(rows: readonly YearRow[]): string {
  const columns = [...distinct, "all"] as const;
  const body = margins.map((margin) => [
    margin === 0 ? "φ" : `φ ${margin < 0 ? "−" : "+"} ${Math.abs(Math.round(100 * margin))}`,
    ...columns.map((family) =>
      correlations.map((correlation) => yearCell(rows, { family, margin, correlation })).join(" / "),
    ),
  ]);
  return table([["true rate", ...columns.map((family) => names[family])], ...body]);
}

function yearCell(rows: readonly YearRow[], { family, margin, correlation }: Omit<YearRow, "answer">): string {
  const row = rows.find((it) => it.family === family && it.margin === margin && it.correlation === correlation);
  const answer = row?.answer;
  if (answer === undefined) return "–";
  if (margin <= 0) return `${percent(answer.everAdmitted)} · ${percent(answer.daysAdmitted)}`;
  return `${percent(answer.everRefused)} · ${percent(answer.daysRefused)}`;
}
