import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { families } from "../../domain/families.ts";
import type { ModelView } from "../../scripts/devnet/readModels.ts";
import { renderTable } from "../../scripts/devnet/table.ts";

const view = (name: string, reasons: string[]): ModelView => ({
  name,
  modelId: "1",
  state: reasons.length > 0 ? "Experimental" : "Admitted",
  admitted: reasons.length === 0,
  reasons,
  why: [],
  rounds: 3,
  families: Object.fromEntries(
    families.map((family) => [family, { bps: 9_000, barBps: 8_000, gated: !"EL".includes(family), passes: true }]),
  ) as ModelView["families"],
  retries: 0,
  scar: 1_234.5,
  stake: 3_000,
  weight: 0.0125,
});
const models = [view("anchor", []), view("two-step", ["too-few-rounds", "too-little-evidence", "carry-over"])];
const lines = (width?: number) => stripVTControlCharacters(renderTable(models, width)).split("\n");

describe("the live table", () => {
  it("puts the reasons at the end of a line where there is room", () => {
    expect(lines()).toHaveLength(3);
    expect(lines(200)[2]).toMatch(/too-few-rounds, too-little-evidence, carry-over$/);
  });

  it("puts them below the model where there is not, and no line is then wider than 120 columns", () => {
    expect(lines(120)).toHaveLength(4);
    expect(lines(120)[3]).toBe("  too-few-rounds, too-little-evidence, carry-over");
    for (const line of lines(120)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("has no column for a family that no model is gated by", () => {
    expect(lines()[0]?.split(/\s{2,}/)).toEqual(
      "model,state,rounds,R,J,C,P,T,retries,scar,stake,weight,why not".split(","),
    );
  });
});
