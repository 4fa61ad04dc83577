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

const heading = ["model", "state", "rounds", ...families, "retries", "scar", "stake", "weight", "why not"];
const widths = [9, 11, 6, ...families.map(() => 6), 7, 6, 7, 7];

function row(model: ModelView): string {
  const cells = [
    model.name,
    styleText(stateStyle[model.state] ?? "reset", model.state),
    `${model.rounds}`.padStart(6),
    ...families.map((family) => familyCell(model.families[family])),
    `${model.retries}`.padStart(7),
    model.scar.toFixed(0).padStart(6),
    model.stake.toLocaleString("en", { maximumFractionDigits: 0 }).padStart(7),
    `${(model.weight * 100).toFixed(2)}%`.padStart(7),
  ];
  return `${cells.map((cell, i) => pad(cell, widths[i] ?? 0)).join("  ")}  ${model.reasons.join(", ") || "–"}`;
}

/** The live table: a heading and a line a model. Rates in percent. */
export function renderTable(models: readonly ModelView[]): string {
  const head = heading.map((name, i) => pad(name, widths[i] ?? 0)).join("  ");
  return [styleText("bold", head), ...models.map(row)].join("\n");
}
