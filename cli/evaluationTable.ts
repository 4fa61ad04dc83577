import { families, familyNames } from "../domain/families.ts";
import type { Evaluation, FamilyScore, Share } from "../evaluation/evaluation.ts";
import { wordHex } from "../evaluation/report.ts";

/** An evaluation for a terminal; every figure is also in report.json. Ends with a line feed. */
export function evaluationTable(evaluation: Evaluation): string {
  const blocks = [heading(evaluation), familyTable(evaluation), findings(evaluation), provenance(evaluation)];
  return `${blocks.join("\n\n")}\n`;
}

function heading({ name, profile, items, stats }: Evaluation): string {
  const seconds = (stats.durationMicros / 1_000_000).toFixed(1);
  const requests = `${grouped(stats.attempts)} requests in ${seconds} s (${grouped(stats.requestsPerSecond)}/s)`;
  return `${printable(name)} · ${profile} · ${items} items · ${requests}`;
}

function familyTable(evaluation: Evaluation): string {
  const rows = families.map((family) => {
    const label = `${family} ${familyNames[family]}`;
    return [label, ...familyCells(evaluation.families[family])];
  });
  return aligned([["family", "score", "lower bound", "items"], ...rows]);
}

function familyCells({ measured, score, lowerBound, items }: FamilyScore): string[] {
  return measured ? [percent(score), percent(lowerBound), String(items)] : ["not measured", "", ""];
}

function findings({ details, stats }: Evaluation): string {
  const { repeat, format, carryOver, perturbation, firstTry } = details;
  const inventions = named(format.inventions);
  const rows = [
    ["repeat", `${share(repeat.alwaysRight)} right five times of five, agreement ${percent(repeat.agreement)}`],
    [
      "format",
      `${share(format.strict)} strict, ${share(format.extracted)} after clean-up (${format.cleanupEdits} edits)`,
    ],
    ["not asked for", inventions || "nothing"],
    ["by depth", carryOver.map((depth, index) => `${index + 1}: ${share(depth)}`).join("  ")],
    [
      "by variant",
      Object.entries(perturbation)
        .map(([kind, of]) => `${kind} ${share(of)}`)
        .join("  "),
    ],
    ["retries", `${firstTry.retries}, ${firstTry.transient} of them helped; ${firstTry.hardFailures} never succeeded`],
    ["failures", named(firstTry.byClass) || "none"],
  ];
  if (stats.voidAttempts > 0) rows.push(["void", `${stats.voidAttempts} attempts, while the own canary failed`]);
  const { count, gapMicros } = stats.interruptions;
  if (count > 0)
    rows.push(["interrupted", `${count} times, ${Math.ceil(gapMicros / 1_000_000)} s in all, and resumed`]);
  if (stats.unsent > 0) rows.push(["given up", `${stats.unsent} not sent and counted as failed`]);
  return aligned(rows);
}

function provenance({ seed, word, evidenceRoot, path }: Evaluation): string {
  return aligned([
    ["seed", seed],
    ["word", wordHex(word)],
    ["root", evidenceRoot],
    ["evidence", path],
  ]);
}

/** The counts that are not 0, by name. */
function named(counts: Readonly<Partial<Record<string, number>>>): string {
  const found = Object.entries(counts).filter(([, count]) => count !== undefined && count > 0);
  return found.map(([name, count]) => `${name} ×${count}`).join("  ");
}

function share({ right, of }: Share): string {
  return `${right}/${of}`;
}

/** bps as per cent with both decimals. */
function percent(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
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
