import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/threat-model.md", root), "utf8");
/** Rows of the tables, without their heads. */
const rows = page.split("\n").filter((line) => line.startsWith("| ") && !/^\| (attack|---) /.test(line));
const named = /`((?:test|testFuzz|invariant)_\w+)` \(([\w/.]+\.sol)\)/g;

function testsOf(row: string): { name: string; file: string }[] {
  return [...row.matchAll(named)].map(([, name = "", file = ""]) => ({ name, file }));
}

describe("docs/threat-model.md", () => {
  test("default: every attack names at least one test", () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((row) => testsOf(row).length === 0)).toEqual([]);
  });

  test("behavior: every test that is named exists", () => {
    const missing = rows.flatMap(testsOf).filter(({ name, file }) => {
      const source = readFileSync(new URL(`test/contracts/${file}`, root), "utf8");
      return !source.includes(`function ${name}(`);
    });
    expect(missing).toEqual([]);
  });

  test("error: no test is named without its file", () => {
    expect(rows.join("\n").match(/`(?:test|testFuzz|invariant)_\w+`(?! \()/g)).toBeNull();
  });
});
