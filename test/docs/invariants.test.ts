import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/invariants.md", root), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| INV-"));
const named = /`(\w+)` \(([\w/.]+\.sol)\)/g;
const suites = /`(test\/[\w/.]+\.test\.ts)`/g;

describe("docs/invariants.md", () => {
  test("default: twelve invariants, each with a test", () => {
    expect(rows.map((row) => row.slice(2, 8))).toEqual(
      Array.from({ length: 12 }, (_, i) => `INV-${String(i + 1).padStart(2, "0")}`),
    );
    expect(rows.filter((row) => row.match(named) === null && row.match(suites) === null)).toEqual([]);
  });

  test("behavior: every test that is named exists", () => {
    const missing = rows.flatMap((row) => [
      ...[...row.matchAll(named)].filter(([, name = "", file = ""]) => {
        const source = readFileSync(new URL(`test/contracts/${file}`, root), "utf8");
        return !source.includes(`function ${name}(`);
      }),
      ...[...row.matchAll(suites)].filter(([, path = ""]) => !existsSync(new URL(path, root))),
    ]);
    expect(missing).toEqual([]);
  });
});
