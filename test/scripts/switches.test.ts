import { getCoverageLibrary } from "@nomicfoundation/edr/coverage";
import { beforeAll, describe, expect, test } from "vitest";
import { compileCode, compileTrees } from "../../scripts/mutation/compiler.ts";
import { mutantsOf } from "../../scripts/mutation/mutantsOf.ts";
import { SolidityTests, type Suite, suitesOf } from "../../scripts/mutation/SolidityTests.ts";
import { choose, type Numbered, type SwitchedFile, tracing, withSwitches } from "../../scripts/mutation/switches.ts";

const file = "A.t.sol";

/** A contract that tests itself; the comment shifts bytes against letters. */
const content = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
// ≥ é
contract ATest {
  uint256 private constant STEP = 2;
  uint256 internal total;
  uint256 internal place;
  modifier once() { require(total == 0); _; }
  function setUp() public { place = 1; }
  function rise(uint256 count) internal pure returns (uint256 sum) {
    uint256 half = count / 2;
    for (uint256 i; i < count; ++i) if (i != half) sum += STEP; else continue;
    assembly { sum := add(sum, 1) }
  }
  function start() internal once { total = rise(3); }
  function test_Rise() public pure { require(rise(3) == 5); }
  function test_Start() public { start(); require(total > 1); }
  function test_Nothing() public pure {}
}
`;

let mutants: Numbered[];
let switched: SwitchedFile;
let suite: Suite;
let tests: SolidityTests;

beforeAll(async () => {
  const tree = compileTrees({ sources: { [file]: { content } }, remappings: [] }).get(file);
  if (tree === undefined) throw new Error("no tree");
  const tested = mutantsOf(file, content, tree).filter(({ scope }) =>
    ["rise", "start", "setUp", "STEP"].includes(scope),
  );
  mutants = tested.map((mutant, place) => ({ mutant, number: place + 1 }));
  switched = withSwitches(content, tree, mutants);
  const library = getCoverageLibrary();
  const sources = { [file]: { content: switched.content }, [library.filename]: { content: library.content } };
  const [found] = suitesOf(compileCode({ sources, remappings: [], evmVersion: "cancun" }, [file]));
  if (found === undefined) throw new Error("no suite");
  suite = found;
  tests = await SolidityTests.open(process.cwd(), 4);
});

function numberOf(after: string): number {
  const found = mutants.find(({ mutant }) => mutant.after === after);
  if (found === undefined) throw new Error(`no mutant ends in ${after}`);
  return found.number;
}

const chosen = (number: number) => ({ ...suite, code: choose(suite.code, number) });

describe("switches", () => {
  test("default: the original passes, inside the same code", async () => {
    expect(await tests.failure(chosen(0), suite.tests)).toBeUndefined();
  });

  test.each([
    "uint256 private constant STEP = 3;",
    "uint256 half = count * 2;",
    "for (uint256 i; i <= count; ++i) if (i != half) sum += STEP; else continue;",
    "for (uint256 i; i < count; ++i) if (true) sum += STEP; else continue;",
    "for (uint256 i; i < count; ++i) if (i != half) sum -= STEP; else continue;",
    "assembly { sum := add(sum, 2) }",
  ])("behavior: %s is one choice away", async (after) => {
    expect(await tests.failure(chosen(numberOf(after)), ["test_Rise"])).toEqual({ file, test: "test_Rise" });
  });

  test("behavior: a test is asked alone", async () => {
    const { number } = mutants.find(({ mutant }) => mutant.after === "assembly { {} }") ?? { number: 0 };
    expect(number).toBeGreaterThan(0);
    expect(await tests.failure(chosen(number), ["test_Nothing"])).toBeUndefined();
  });

  test("behavior: the traced original says which mutants a test comes by", async () => {
    const sites = ["rise", "start", "setUp"].map((scope) => {
      const found = mutants.find(({ mutant }) => mutant.scope === scope && mutant.operator !== "modifier");
      return switched.sites.get(found?.number ?? 0) ?? 0;
    });
    const reached = async (name: string) => {
      const traced = await tests.trace(chosen(tracing), name);
      expect(traced.failure).toBeUndefined();
      return sites.map((site) => traced.sites.has(site));
    };
    expect(await reached("test_Rise")).toEqual([true, false, true]);
    expect(await reached("test_Start")).toEqual([true, true, true]);
    expect(await reached("test_Nothing")).toEqual([false, false, true]);
  });

  test("behavior: a modifier that is gone needs a build of its own, and only that", () => {
    expect(switched.left.map(({ operator }) => operator)).toEqual(["modifier"]);
    expect(switched.wordings).toHaveLength(mutants.length - 1);
  });
});
