import { describe, expect, test } from "vitest";
import { missingTests, readPage, testsNamedIn, testsWithoutFile } from "./namedTests.ts";

const page = readPage("docs/invariants.md");
/** From one heading to the next. */
const sections = page.split(/^## /m).slice(1);
const numbered = sections.filter((section) => section.startsWith("INV-"));

describe("docs/invariants.md", () => {
  test("default: the invariants are numbered in order, from INV-01 on", () => {
    const numbers = numbered.map((section) => section.slice(0, "INV-00".length));
    expect(numbers.length).toBeGreaterThanOrEqual(12);
    expect(numbers).toEqual(numbers.map((_, index) => `INV-${`${index + 1}`.padStart(2, "0")}`));
  });

  test("behavior: every invariant names a test, and every test that is named exists", () => {
    expect(numbered.filter((section) => testsNamedIn(section).length === 0)).toEqual([]);
    expect(missingTests(testsNamedIn(page))).toEqual([]);
  });

  test("error: no test is named without its file", () => {
    expect(testsWithoutFile(page)).toEqual([]);
  });
});
