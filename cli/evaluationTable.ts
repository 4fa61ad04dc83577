import { families, familyNames } from "../domain/families.ts";
import type { Details, Evaluation, FamilyScore, Share } from "../evaluation/evaluation.ts";
import { grouped, milliseconds, percent, shortPercent } from "../evaluation/report/figures.ts";
import { interruptionWords } from "../evaluation/report/interruptionWords.ts";
import { type FamilyStanding, type Standing, verdictOf } from "../evaluation/report/verdictOf.ts";
import { wordHex } from "../evaluation/report.ts";

/** Columns of a terminal that everything but hashes and paths fits into. */
const width = 80;

/**
 * An evaluation for a terminal: the verdict in words, then what it stands on; every figure is also in report.json. Ends with a
 * line feed.
 * @param page path of the HTML report, if one was written
 */
export function evaluationTable(evaluation: Evaluation, page?: string): string {
  const { headline, meaning, families: standing } = verdictOf(evaluation);
  const blocks = [
    [heading(evaluation), ...wrapped(`${headline}.`), ...wrapped(meaning)].join("\n"),
    familyTable(evaluation, standing),
    listed([...findings(evaluation.details), ...course(evaluation)]),
    ...loadTable(evaluation.details),
    provenance(evaluation, page),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function heading({ name, profile, items, stats }: Evaluation): string {
  const seconds = (stats.durationMicros / 1_000_000).toFixed(1);
  return `${printable(name)} · ${profile} · ${grouped(items)} items · ${grouped(stats.attempts)} requests in ${seconds} s`;
}

const standingWords = {
  clears: "holds",
  unproven: "not proven",
  below: "BELOW",
  ungated: "no floor",
  unmeasured: "not measured",
  moot: "no verdict",
} as const satisfies Record<Standing, string>;

function familyTable(evaluation: Evaluation, standing: readonly FamilyStanding[]): string {
  const rows = families.map((family, index) => {
    const label = `${family} ${familyNames[family]}`;
    const row = standing[index];
    return [
      label,
      ...familyCells(evaluation.families[family], row?.floorBps ?? 0),
      standingWords[row?.standing ?? "ungated"],
    ];
  });
  return aligned([["family", "score", "lower bound", "floor", "items", ""], ...rows]);
}

function familyCells({ measured, score, lowerBound, items }: FamilyScore, floorBps: number): string[] {
  const floor = floorBps === 0 ? "–" : percent(floorBps);
  return measured ? [percent(score), percent(lowerBound), floor, String(items)] : ["–", "–", floor, "0"];
}

/** What the scores do not show, one line a finding. */
function findings({ repeat, format, carryOver, perturbation, edge, tightening, evenness }: Details): string[][] {
  const { questions, loose, strict, repeated, perturbed } = tightening;
  const leaks = edge.canariesLeaked > 0 ? [["injections", `${edge.canariesLeaked} obeyed`]] : [];
  return [
    ["repeat", `${share(repeat.alwaysRight)} right five times of five, agreement ${percent(repeat.agreement)}`],
    ["tightening", `of ${questions}: loose ${loose}  strict ${strict}  5 of 5 ${repeated}  every variant ${perturbed}`],
    ["evenness", `${percent(evenness)} (weakest family over the mean)`],
    [
      "format",
      `${share(format.strict)} strict, ${share(format.extracted)} after clean-up (${grouped(format.cleanupEdits)} edits)`,
    ],
    ["not asked for", named(format.inventions) || "nothing"],
    ["by depth", byDepth(carryOver.conversations, carryOver.cliff)],
    ["one message", byDepth(carryOver.controls)],
    ["by variant", shares(perturbation)],
    ["at the edge", shares(edge.byStratum) || "not asked"],
    ...leaks,
  ];
}

/** `1: 3/3  2: 2/3  cliff at 3`. */
function byDepth(shares: readonly Share[], cliff: number | null = null): string {
  const found = shares.map((depth, index) => `${index + 1}: ${share(depth)}`);
  return [...found, ...(cliff === null ? [] : [`cliff at ${cliff}`])].join("  ");
}

/** How the run went. */
function course({ details, stats }: Evaluation): string[][] {
  const { firstTry, regression, earlyStop, lateness, streaming } = details;
  const rows = [
    ["retries", `${firstTry.retries}, ${firstTry.transient} of them helped; ${firstTry.hardFailures} never succeeded`],
    ["failures", named(firstTry.byClass) || "none"],
    ["sent late by", `p99 ${milliseconds(lateness.p99Micros)}, at most ${milliseconds(lateness.maxMicros)}`],
  ];
  if (streaming) {
    const { firstTokenP50Micros, firstTokenP95Micros, gapP95Micros } = streaming;
    const first = `${milliseconds(firstTokenP50Micros)} (median), ${milliseconds(firstTokenP95Micros)} (p95)`;
    rows.push(["first token", `${first}; gaps p95 ${milliseconds(gapP95Micros)}`]);
  }
  if (regression) {
    const { asked, broken, mended, penalty } = regression;
    rows.push(["regression", `of ${asked}: ${broken} broken, ${mended} mended; penalty ${percent(penalty)}`]);
  }
  if (earlyStop) rows.push(["stopped early", `after ${earlyStop.items} items: clearly ${earlyStop.decision}`]);
  if (stats.voidAttempts > 0) rows.push(["void", `${stats.voidAttempts} attempts, while the own canary failed`]);
  const interruptions = interruptionWords(stats);
  if (interruptions !== null) rows.push(["interrupted", interruptions]);
  if (stats.unsent > 0) rows.push(["given up", `${stats.unsent} not sent and counted as failed`]);
  return rows;
}

function loadTable({ load: { steps, serviceLevelMs } }: Details): string[] {
  if (steps.length === 0) return [];
  const micros = (value: number | null) => (value === null ? "–" : milliseconds(value));
  const rows = steps.map(({ shareBps, goodput, p50, p95, p99, late, failed }) => [
    shortPercent(shareBps),
    share(goodput),
    micros(p50.micros),
    micros(p95.micros),
    micros(p95.upperMicros),
    micros(p99.micros),
    String(late),
    String(failed),
  ]);
  const head = ["load", "goodput", "p50", "p95", "p95 at most", "p99", "late", "failed"];
  return [`${aligned([head, ...rows])}\ngoodput: right at once and within ${serviceLevelMs} ms of being due`];
}

/** Never broken into lines: hashes and paths are for copying. */
function provenance({ seed, word, evidenceRoot, path }: Evaluation, page?: string): string {
  return aligned([
    ["seed", seed],
    ["word", wordHex(word)],
    ["root", evidenceRoot],
    ["evidence", path],
    ...(page === undefined ? [] : [["page", page]]),
  ]);
}

function shares(of: Readonly<Record<string, Share>>): string {
  return Object.entries(of)
    .filter(([, { of: asked }]) => asked > 0)
    .map(([kind, found]) => `${kind} ${share(found)}`)
    .join("  ");
}

/** The counts that are not 0, by name. */
function named(counts: Readonly<Partial<Record<string, number>>>): string {
  const found = Object.entries(counts).filter(([, count]) => count !== undefined && count > 0);
  return found.map(([name, count]) => `${name} ×${count}`).join("  ");
}

function share({ right, of }: Share): string {
  return `${right}/${of}`;
}

/** Names in a column, what is said of them beside it; what is too long goes on below. */
function listed(rows: readonly string[][]): string {
  const indent = Math.max(...rows.map(([name = ""]) => name.length)) + 2;
  return rows
    .flatMap(([name = "", text = ""]) =>
      wrapped(text, width - indent).map((line, index) => `${(index === 0 ? name : "").padEnd(indent)}${line}`),
    )
    .join("\n");
}

/** Breaks between words; a pair such as `typo 49/50` stays together, two spaces stand between pairs. */
function wrapped(text: string, columns = width): string[] {
  const separator = text.includes("  ") ? "  " : " ";
  const lines: string[] = [];
  for (const word of text.split(separator)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + separator.length + word.length <= columns) {
      lines[lines.length - 1] = last + separator + word;
    } else lines.push(word);
  }
  return lines;
}

/** Pads every column but the last to its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widest = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widest(column)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

/** Names come from manifests: no control characters reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}
