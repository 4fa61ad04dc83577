import { stripVTControlCharacters, styleText } from "node:util";
import { families } from "../../domain/families.ts";
import type { FamilyView, ModelView } from "./readModels.ts";

const blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const stateStyle: Record<string, Parameters<typeof styleText>[0]> = {
  Admitted: "green",
  Suspended: "red",
  Contested: "red",
  Stale: "yellow",
};

/** A family as one bar and its rate in percent: green clears its bar, red does not, dim is not gated. */
function familyCell({ bps, gated, passes }: FamilyView): string {
  if (!gated) return styleText("dim", "    –");
  const block = blocks[Math.min(7, Math.floor(bps / 1_250))] ?? "█";
  const text = `${block}${(bps / 100).toFixed(1).padStart(5)}`.slice(0, 6).padEnd(6);
  return styleText(passes ? "green" : "red", text);
}

const visibleLength = (text: string) => stripVTControlCharacters(text).length;
const pad = (text: string, width: number) => text + " ".repeat(Math.max(0, width - visibleLength(text)));

interface Column {
  name: string;
  width: number;
  cell: (model: ModelView) => string;
}

const right = (text: string, width: number) => text.padStart(width);

/** A family that no model is gated by has no column. */
function columnsOf(models: readonly ModelView[]): Column[] {
  const gated = families.filter((family) => models.some((model) => model.families[family].gated));
  return [
    { name: "model", width: 9, cell: ({ name }) => name },
    { name: "state", width: 12, cell: ({ state }) => styleText(stateStyle[state] ?? "reset", state) },
    { name: "rounds", width: 6, cell: ({ rounds }) => right(`${rounds}`, 6) },
    ...gated.map((family) => ({
      name: family,
      width: 6,
      cell: (model: ModelView) => familyCell(model.families[family]),
    })),
    { name: "retries", width: 7, cell: ({ retries }) => right(`${retries}`, 7) },
    { name: "scar", width: 6, cell: ({ scar }) => right(scar.toFixed(0), 6) },
    {
      name: "stake",
      width: 7,
      cell: ({ stake }) => right(stake.toLocaleString("en", { maximumFractionDigits: 0 }), 7),
    },
    { name: "weight", width: 7, cell: ({ weight }) => right(`${(weight * 100).toFixed(2)}%`, 7) },
  ];
}

/**
 * The live table: a heading and a line a model, rates in percent. Where that is wider than `width`, what a model is refused for stands
 * on a line of its own below it.
 */
export function renderTable(models: readonly ModelView[], width = Number.POSITIVE_INFINITY): string {
  const columns = columnsOf(models);
  const head = columns.map(({ name, width }) => pad(name, width)).join("  ");
  const rows = models.map((model) => ({
    line: columns.map(({ cell, width }) => pad(cell(model), width)).join("  "),
    why: model.reasons.join(", "),
  }));
  if (rows.every(({ line, why }) => visibleLength(line) + 2 + why.length <= width)) {
    return [styleText("bold", `${head}  why not`), ...rows.map(({ line, why }) => `${line}  ${why || "–"}`)].join("\n");
  }
  const lines = rows.flatMap(({ line, why }) => (why ? [line, styleText("dim", `  ${why}`)] : [line]));
  return [styleText("bold", head), ...lines].join("\n");
}
