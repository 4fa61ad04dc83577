import { describe, expect, test } from "vitest";
import { missingTests, readPage, testsNamedIn, testsWithoutFile } from "./namedTests.ts";

/** Rows of the tables, without their heads. */
const rows = readPage("docs/threat-model.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (attack|---) /.test(line));

describe("docs/threat-model.md", () => {
  test("default: every attack names at least one test", () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((row) => testsNamedIn(row).length === 0)).toEqual([]);
  });

  test("behavior: every test that is named exists", () => {
    expect(missingTests(testsNamedIn(rows.join("\n")))).toEqual([]);
  });

  test("error: no test is named without its file", () => {
    expect(testsWithoutFile(rows.join("\n"))).toEqual([]);
  });
});
