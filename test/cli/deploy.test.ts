import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";
import { runForTest } from "./runForTest.ts";

const nowhere = "http://127.0.0.1:9";
const somebody = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const seat = { owner: somebody, signer: somebody, linkHead: `0x${"11".repeat(32)}` };

/** What is refused before anything is compiled or rehearsed; a deployment that goes through: test/deployment/build.test.ts. */
describe("assay deploy", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-deploy-"));
  const file = join(directory, "net.json5");
  let chain: TestChain;

  beforeAll(async () => {
    chain = await startTestChain(3_600_000);
  });
  afterAll(async () => {
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  async function dryRun(changes: object) {
    const config = {
      name: "net",
      rpcUrl: chain.rpcUrl,
      chainId: 31_337,
      token: { name: "Test", symbol: "TST", supply: "1000000" },
      epochLength: "1d",
      unbondingDelay: "14d",
      suite: "evaluation/suites/standard.json",
      seats: [],
      ...changes,
    };
    writeFileSync(file, JSON.stringify(config));
    return runForTest(["deploy", file, "--dry-run"]);
  }

  test.each<[string, object, RegExp]>([
    ["another chain", { chainId: 1 }, /^http:\S+ is chain 31337, not 1: correct chainId or rpcUrl$/],
    [
      "a node that is not there",
      { rpcUrl: nowhere },
      /^no chain answers at http:\S+: start the node, or correct rpcUrl$/,
    ],
    ["a token that is none", { token: somebody }, /^0x7099\w+ is no ERC-20 on chain 31337: correct token$/],
    [
      "a delay without a unit",
      { unbondingDelay: "14" },
      /^\S+net\.json5:1:\d+: field "unbondingDelay" is "14": must be a duration .*; correct the value$/,
    ],
    ["a field that is missing", { suite: undefined }, /^\S+net\.json5:1:1: field "suite" is missing; add it, .*$/],
    [
      "a delay too short for a freeze",
      { unbondingDelay: "3d" },
      /^refused: unbondingDelay 259200 s .*; make it longer$/,
    ],
    [
      "a window that outlasts the hold",
      { policy: { freezeWindow: "9d" } },
      /^refused: freezeWindow 777600 s .*; shorten one of them$/,
    ],
    [
      "evidence that cannot be reached",
      { policy: { halfLife: "320min" } },
      /^refused: massMin 900 items can never be reached: .*; lower it, or raise itemsCap or halfLife$/m,
    ],
    [
      "fees that nothing pays",
      { policy: { evaluationFee: "20" } },
      /^refused: evaluators would earn 140000000000000000000 a round .*; raise evaluationPrice or slots, or lower the fee$/,
    ],
    ["fewer seats than a committee", { seats: [seat] }, /^refused: committeeSize 7 with 1 seats: .*$/],
  ])("error: %s is refused with its values and a remedy, and nothing is printed", async (_, changes, words) => {
    const { code, out, err } = await dryRun(changes);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.trimEnd()).toMatch(words);
  });
});
