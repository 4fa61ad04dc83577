import { describe, expect, test } from "vitest";
import { compileTrees } from "../../scripts/mutation/compiler.ts";
import { equivalentOf, staleEquivalents } from "../../scripts/mutation/equivalents.ts";
import type { Mutant } from "../../scripts/mutation/Mutant.ts";
import { applyMutant, mutantsOf } from "../../scripts/mutation/mutantsOf.ts";
import { type Judged, renderReport, score, tally } from "../../scripts/mutation/report.ts";
import { sample } from "../../scripts/mutation/sample.ts";

const file = "A.sol";

/** Stands for the libraries whose calls are operators. */
const library = `library Math {
  enum Rounding { Floor, Ceil }
  function min(uint256 a, uint256 b) internal pure returns (uint256) {}
  function max(uint256 a, uint256 b) internal pure returns (uint256) {}
  function ceilDiv(uint256 a, uint256 b) internal pure returns (uint256) {}
  function saturatingSub(uint256 a, uint256 b) internal pure returns (uint256) {}
  function mulDiv(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {}
  function mulDiv(uint256 a, uint256 b, uint256 c, Rounding r) internal pure returns (uint256) {}
}
library SafeCast {
  function toUint96(uint256 a) internal pure returns (uint96) {}
}
`;

/** A contract around some members; the comment shifts bytes against letters. */
function contentAround(members: string): string {
  return `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
${library}// ≥ é
contract A {
  uint256 internal total;
  event Changed(uint256 to);
  error Bad(uint256 value);
  ${members}
}
`;
}

function mutate(members: string): { content: string; mutants: Mutant[] } {
  const content = contentAround(members);
  const tree = compileTrees({ sources: { [file]: { content } }, remappings: [] }).get(file);
  if (tree === undefined) throw new Error("no tree");
  // Parts of the imitated libraries are no concern of ours: enough that `A` begins behind them.
  const start = Buffer.from(content.slice(0, content.indexOf("contract A"))).length;
  return { content, mutants: mutantsOf(file, content, tree).filter(({ range }) => range.start > start) };
}

/** What an operator makes of a line. */
function changes(operator: string, members: string): string[] {
  return mutate(members)
    .mutants.filter((mutant) => mutant.operator === operator)
    .map(({ after }) => after);
}

/** A function around one line, on a line of its own. */
const body = (line: string) =>
  `function f(uint256 a, uint256 b, bool c, bool d) public returns (uint256 r) {\n${line}\n}`;

describe("operators", () => {
  test.each([
    ["relational", "c = a < b;", ["c = false;", "c = a <= b;", "c = a != b;"]],
    ["relational", "c = a == b;", ["c = false;", "c = a <= b;", "c = a >= b;"]],
    // A count from 0 by one meets its end: there `!=` says the same. (`false` is a condition's change already.)
    ["relational", "for (uint256 i; i < a; ++i) {}", ["for (uint256 i; i <= a; ++i) {}"]],
    ["relational", "for (; b < a; ++b) {}", ["for (; b <= a; ++b) {}", "for (; b != a; ++b) {}"]],
    ["relational", "c = c == d;", ["c = c != d;"]],
    // Of addresses and hashes the order means nothing.
    ["relational", "c = msg.sender == tx.origin;", ["c = false;", "c = true;"]],
    ["relational", "c = msg.sig != 0;", ["c = false;", "c = true;"]],
    // Nothing unsigned is below 0.
    ["relational", "c = a > 0;", ["c = false;", "c = true;"]],
    ["arithmetic", "r = a + b;", ["r = a - b;"]],
    ["arithmetic", "r = a /* + */ - b;", ["r = a /* + */ + b;"]],
    ["arithmetic", "r = a % b;", ["r = a * b;"]],
    ["arithmetic", "r = a << b;", ["r = a >> b;"]],
    // In brackets, since `|` binds less than `&`.
    ["arithmetic", "r = a & b ^ b;", ["r = (a | b) ^ b;", "r = (a & b & b);"]],
    ["arithmetic", "++a;", ["--a;"]],
    ["assignment", "r += a;", ["r -= a;", "r = a;"]],
    ["boolean", "c = c && d;", ["c = (c || d);", "c = c;", "c = d;"]],
    ["boolean", "c = !d;", ["c = d;"]],
    ["constant", "r = 7;", ["r = 8;"]],
    ["constant", "r = 1;", ["r = 2;", "r = 0;"]],
    ["constant", "r = 0;", ["r = 1;"]],
    ["constant", "r = 1_000;", ["r = 1001;"]],
    ["constant", "r = 2 days;", ["r = 3 days;"]],
    ["constant", "r = 0xff;", ["r = (0xff + 1);"]],
    ["constant", "c = true;", ["c = false;"]],
    ["constant", 'r = bytes("x").length;', ['r = bytes("").length;']],
    ["constant", "r = uint160(0x000000000000000000000000000000000000dEaD);", []],
    ["require", "require(c, Bad(a));", ["require(true, Bad(a));", "require(false, Bad(a));"]],
    ["deletion", "require(c, Bad(a));", []],
    ["deletion", "total = a;", ["{}"]],
    ["deletion", "emit Changed(a);", ["{}"]],
    ["deletion", "if (c) revert Bad(a);", ["if (c) {}"]],
    ["deletion", "for (; c; ++a) { continue; }", ["for (; c; ++a) { {} }"]],
    ["condition", "if (c) total = a;", ["if (true) total = a;", "if (false) total = a;"]],
    ["condition", "r = c ? a : b;", ["r = true ? a : b;", "r = false ? a : b;"]],
    // A loop that never ends asks nothing.
    ["condition", "for (; c; ) total = a;", ["for (; false; ) total = a;"]],
    ["return", "return a;", ["return 0;"]],
    ["return", "return 0;", []],
    ["extreme", "r = Math.min(a, b);", ["r = Math.max(a, b);"]],
    ["rounding", "r = Math.ceilDiv(a, b);", ["r = ((a) / (b));"]],
    ["rounding", "r = Math.mulDiv(a, b, b);", ["r = Math.mulDiv(a, b, b, Math.Rounding.Ceil);"]],
    ["rounding", "r = Math.mulDiv(a, b, b, Math.Rounding.Ceil);", ["r = Math.mulDiv(a, b, b, Math.Rounding.Floor);"]],
    ["arithmetic", "r = Math.saturatingSub(a, b);", ["r = ((a) - (b));"]],
    ["cast", "r = SafeCast.toUint96(a);", ["r = uint96(a);"]],
    ["assembly", "assembly { r := add(a, b) }", ["assembly { {} }", "assembly { r := sub(a, b) }"]],
    ["assembly", "assembly { sstore(0x0f, a) }", ["assembly { {} }", "assembly { sstore(0x10, a) }"]],
    ["assembly", "assembly { if c { } }", ["assembly { if 1 { } }", "assembly { if 0 { } }"]],
  ])("%s: %s", (operator, line, expected) => {
    expect(changes(operator, body(line))).toEqual(expected);
  });

  test("return: each value of several, both of a flag", () => {
    const members = "function f(uint256 a, bool c) public pure returns (uint256, bool) {\nreturn (a, c);\n}";
    expect(changes("return", members)).toEqual(["return (0, c);", "return (a, false);", "return (a, true);"]);
  });

  test("modifier: removed from functions, never a constructor's base", () => {
    const members = "modifier once() { _; }\nfunction f() public once returns (uint256) {}";
    expect(changes("modifier", members)).toEqual(["function f() public returns (uint256) {}"]);
  });

  test("a type, an event and a default of a struct stay as they are", () => {
    const members =
      "struct S { uint256[3] a; }\nfunction f(uint256[2] memory a) public pure returns (uint256[2] memory) {}";
    expect(mutate(members).mutants).toEqual([]);
  });
});

describe("mutants", () => {
  const { content, mutants } = mutate(
    `uint256 internal constant LIMIT = 7;\n${body("require(a < b && a != LIMIT, Bad(a)); total += a; return total;")}`,
  );

  test("each is another text, and all compile", () => {
    const texts = mutants.map((mutant) => applyMutant(content, mutant));
    expect(new Set([content, ...texts]).size).toBe(mutants.length + 1);
    for (const text of texts) {
      expect(() => compileTrees({ sources: { [file]: { content: text } }, remappings: [] })).not.toThrow();
    }
  });

  test("each tells its line and its function", () => {
    const lines = content.split("\n");
    expect(mutants.length).toBeGreaterThan(10);
    for (const { line, before, scope } of mutants) {
      expect(lines[line - 1]?.trim()).toBe(before);
      expect(scope).toBe(before.includes("LIMIT = 7") ? "LIMIT" : "f");
    }
  });

  test("a change over several lines shows all of them", () => {
    const [mutant] = mutate(body("total =\n a;")).mutants;
    expect(mutant).toMatchObject({ before: "total = a;", after: "{}" });
  });
});

const mutant: Mutant = {
  file,
  scope: "f",
  operator: "relational",
  range: { start: 1, end: 2 },
  replacement: "<=",
  line: 3,
  before: "a < b",
  after: "a <= b",
};

describe("the list of equivalents", () => {
  const entry = { file, scope: "f", before: "a < b", after: "a <= b", reason: "both sides are never equal here" };

  test("finds a mutant wherever its line moves, in its function only", () => {
    expect(equivalentOf([entry], { ...mutant, line: 99 })).toBe(entry);
    expect(equivalentOf([entry], { ...mutant, scope: "g" })).toBeUndefined();
  });

  test("an entry whose mutant is gone is stale, where its file was looked at", () => {
    expect(staleEquivalents([entry], [mutant])).toEqual([]);
    expect(staleEquivalents([entry], [{ ...mutant, after: "a > b" }])).toEqual([entry]);
    expect(staleEquivalents([entry], [{ ...mutant, file: "B.sol" }])).toEqual([]);
  });
});

describe("sample", () => {
  const items = Array.from({ length: 100 }, (_, place) => `item ${place}`);
  const draw = (seed: string, from = items) => sample(from, 10, (item) => `${seed} ${item}`);

  test("the same seed draws the same, in order; another seed others", () => {
    expect(draw("1")).toHaveLength(10);
    expect(draw("1")).toEqual(items.filter((item) => draw("1").includes(item)));
    expect(draw("2")).not.toEqual(draw("1"));
  });

  test("a larger sample holds the smaller, and no more than there is", () => {
    expect(sample(items, 20, (item) => `1 ${item}`)).toEqual(expect.arrayContaining(draw("1")));
    expect(draw("1", items.slice(0, 3))).toEqual(items.slice(0, 3));
  });
});

describe("report", () => {
  const judged = (status: "killed" | "survived" | "invalid"): Judged => ({
    mutant,
    outcome: { status },
  });
  const all: Judged[] = [
    judged("killed"),
    judged("killed"),
    judged("survived"),
    judged("invalid"),
    { mutant, outcome: { status: "equivalent", reason: "for a reason" } },
  ];

  test("only what can be killed counts", () => {
    expect(tally(all)).toEqual({ mutants: 5, killed: 2, survived: 1, equivalent: 1, invalid: 1 });
    expect(score(tally(all))).toBeCloseTo(66.67, 1);
    expect(score(tally([judged("invalid")]))).toBeUndefined();
  });

  test("shows a survivor with its line and change, a row a file and one a folder", () => {
    const text = renderReport(all);
    expect(text).toContain("A.sol:3 f (relational)\n  - a < b\n  + a <= b");
    expect(text).toMatch(/A\.sol +5 +2 +1 +1 +1 +66\.6 %/);
    expect(text).toMatch(/\.\/ +5 +2 +1 +1 +1 +66\.6 %/);
  });
});
