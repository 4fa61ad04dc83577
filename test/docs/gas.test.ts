import { expect, test } from "vitest";
import { goals } from "../../scripts/bench/gasGoals.ts";
import figures from "../../snapshots/gas.json" with { type: "json" };
import { readPage } from "./namedTests.ts";

const row = /^\| `(\w+)`[^|]*\| ([\d,]+) \| ([\d,]+) \|/gm;
const numberIn = (text = "") => Number(text.replaceAll(",", ""));

/** Rows of the table of docs/protocol.md: operation, goal, gas. */
const rows = [...readPage("docs/protocol.md").matchAll(row)].map(([, operation = "", goal, gas]) => ({
  operation,
  goal: numberIn(goal),
  gas: numberIn(gas),
}));

test("default: the page's table has every operation with a goal, and the figures that are committed", () => {
  const committed = new Map(Object.entries(figures));
  const expected = Object.entries(goals).map(([operation, { goal }]) => ({
    operation,
    goal,
    gas: committed.get(operation),
  }));
  expect(rows).toEqual(expected);
});
