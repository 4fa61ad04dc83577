import { familyNames } from "../domain/families.ts";
import type { Comparison, FamilyComparison } from "../evaluation/compare/compareRuns.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";

/** Two runs side by side for a terminal. Ends with a line feed. */
export function comparisonTable(first: Evaluation, second: Evaluation, comparison: Comparison): string {
  const heading = [sideOf("A", first), sideOf("B", second)].join("\n");
  const how = comparison.paired
    ? "paired item by item: both runs asked the same"
    : "independent samples: the runs asked different items (give both one --seed to pair them)";
  const header = ["family", "A", "B", "B − A", "right A", "right B", "95 % of the difference", "better/worse", "p", ""];
  const blocks = [
    heading,
    how,
    aligned([header, ...comparison.families.map(rowOf), overallRow(comparison)]),
    summary(comparison),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function sideOf(letter: string, { name, profile, evidenceHash, context }: Evaluation): string {
  const when = context.startedAt === undefined ? "" : ` · ${printable(context.startedAt)}`;
  return `${letter}  ${printable(name)} · ${profile}${when} · ${evidenceHash}`;
}

function rowOf({
  family,
  scores,
  difference,
  right,
  interval,
  pairs,
  pMillionths,
  verdict,
}: FamilyComparison): string[] {
  return [
    `${family} ${familyNames[family]}`,
    percent(scores[0]),
    percent(scores[1]),
    signed(difference),
    `${right[0].right}/${right[0].of}`,
    `${right[1].right}/${right[1].of}`,
    `${signed(interval.low)} … ${signed(interval.high)}`,
    pairs ? `${pairs.better}/${pairs.worse}` : "–",
    chance(pMillionths),
    verdict === "same" ? "" : verdict,
  ];
}

function overallRow({ overall: { right, pairs, pMillionths, verdict } }: Comparison): string[] {
  const shares = right.map((side) => `${side.right}/${side.of}`);
  const changed = pairs ? `${pairs.better}/${pairs.worse}` : "–";
  return ["all items", "", "", "", ...shares, "", changed, chance(pMillionths), verdict === "same" ? "" : verdict];
}

function chance(pMillionths: number): string {
  return pMillionths <= 1 ? "≤ .000001" : (pMillionths / 1_000_000).toFixed(6).replace(/^0/, "");
}

function summary({ better, worse, overall }: Comparison): string {
  const parts = [
    worse.length > 0 && `worse in ${worse.join(", ")}`,
    better.length > 0 && `better in ${better.join(", ")}`,
  ];
  const found = parts.filter((part) => part !== false);
  if (found.length === 0 && overall.verdict !== "same")
    return `B is ${overall.verdict} over all items, in no single family beyond doubt; ask more to tell which`;
  return found.length === 0 ? "no difference that chance would not explain" : `B is ${found.join(" and ")}`;
}

function percent(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}

function signed(bps: number): string {
  return `${bps < 0 ? "−" : "+"}${percent(Math.abs(bps))}`;
}

/** Pads every column but the last to its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

/** Names come from manifests: no control characters reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}
