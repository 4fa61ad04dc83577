import { dirname } from "node:path";
import type { Mutant } from "./Mutant.ts";
import type { Outcome } from "./Verdict.ts";

/** A mutant with what became of it; `equivalent` with the reason that the list gives. */
export interface Judged {
  readonly mutant: Mutant;
  readonly outcome: Outcome | { readonly status: "equivalent"; readonly reason: string };
}

/** What counts: mutants that compile and are not the original in other words. */
export interface Tally {
  readonly mutants: number;
  readonly killed: number;
  readonly survived: number;
  /** By the list. */
  readonly equivalent: number;
  readonly invalid: number;
}

export function tally(judged: readonly Judged[]): Tally {
  const count = (status: Judged["outcome"]["status"]) =>
    judged.filter(({ outcome }) => outcome.status === status).length;
  return {
    mutants: judged.length,
    killed: count("killed"),
    survived: count("survived"),
    equivalent: count("equivalent"),
    invalid: count("invalid"),
  };
}

/** Killed of those that can be killed, in percent; nothing where there are none. */
export function score({ killed, survived }: Tally): number | undefined {
  return killed + survived === 0 ? undefined : (100 * killed) / (killed + survived);
}

const heads = ["mutants", "killed", "survived", "equivalent", "invalid", "score"];

function row(name: string, width: number, judged: readonly Judged[]): string {
  const counts = tally(judged);
  const percent = score(counts);
  const cells = [
    `${counts.mutants}`,
    `${counts.killed}`,
    `${counts.survived}`,
    `${counts.equivalent}`,
    `${counts.invalid}`,
    // Rounded down: 100 means all.
    percent === undefined ? "–" : `${(Math.floor(percent * 10) / 10).toFixed(1)} %`,
  ];
  return [name.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join(" ");
}

export function describe({ mutant, outcome }: Judged): string {
  const { file, line, scope, operator, before, after } = mutant;
  const unreached = "unreached" in outcome ? ", no test comes by" : "";
  return `${file}:${line} ${scope} (${operator}${unreached})\n  - ${before}\n  + ${after}`;
}

/** The survivors with their lines, then a table with a row a file and a row a folder. */
export function renderReport(judged: readonly Judged[]): string {
  const survivors = judged.filter(({ outcome }) => outcome.status === "survived").map(describe);
  const byFile = Map.groupBy(judged, ({ mutant }) => mutant.file);
  const width = Math.max(...[...byFile.keys(), "all"].map(({ length }) => length));
  const head = [" ".repeat(width), ...heads.map((name) => name.padStart(10))].join(" ");
  const rows = [...byFile].map(([file, ofFile]) => row(file, width, ofFile));
  const byFolder = Map.groupBy(judged, ({ mutant }) => `${dirname(mutant.file)}/`);
  const folders = [...byFolder].map(([folder, ofFolder]) => row(folder, width, ofFolder));
  return [...survivors, "", head, ...rows, "", ...folders, row("all", width, judged)].join("\n");
}
