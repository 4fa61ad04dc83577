import type { PackSummary } from "../evaluation/suite/inspect.ts";
import type { ProfileSize, SuiteCheck } from "./suiteCheck.ts";

/** The outcome of `assay suite check` for people. */
export function suiteTable({ name, version, hash, packs, profiles, warnings }: SuiteCheck): string {
  const lines = [
    `${name} version ${version}`,
    hash,
    ...packs.flatMap(packLines),
    "",
    ...profileLines(profiles),
    ...(warnings.length > 0 ? ["", ...warnings.map((line) => `warning: ${line}`)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function packLines({ name, sha256, weight, isPrivate, grammars }: PackSummary): string[] {
  const head = `${name}${isPrivate ? " (private)" : ""} · weight ${weight} · ${sha256}`;
  const rows = grammars.map(({ task, names, instances }) => {
    const count = `${task === "arithmetic" ? "≥ " : ""}${readable(instances)} instances`;
    return `  ${task.padEnd(14)} ${count.padEnd(26)} ${names.join(", ")}`;
  });
  return ["", head, ...rows];
}

function profileLines(profiles: readonly ProfileSize[]): string[] {
  const families = (profiles[0]?.items ?? []).map(([family]) => family);
  const row = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(9) : cell.padStart(10))).join("");
  return [
    row(["profile", ...families, "requests"]),
    ...profiles.map(({ profile, items, requests }) =>
      row([profile, ...items.map(([, count]) => String(count)), requests.toLocaleString("en-US")]),
    ),
  ];
}

/** Digits as far as anybody reads them, then a power of ten. */
function readable(value: bigint): string {
  const digits = String(value);
  return digits.length <= 12 ? value.toLocaleString("en-US") : `${digits[0]}.${digits[1]} × 10^${digits.length - 1}`;
}
