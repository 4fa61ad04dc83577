import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { randomPolicy } from "./differential/fixtures.ts";
import { RulesHarness } from "./differential/harness.ts";
import { Random } from "./differential/random.ts";
import { type Batch, recorded, rowOf, vectorFile } from "./differential/rule.ts";
import { rules } from "./differential/rules.ts";
import { fuzzCases } from "./fuzzCases.ts";

/** Policies that the cases of one call share. */
const policiesPerCall = 10;

let harness: RulesHarness;

beforeAll(async () => {
  harness = await RulesHarness.open();
});

afterAll(async () => {
  await harness.close();
});

/** Asks the Solidity twin and names the first case in which it differs. */
async function expectTwinsToAgree(batch: Batch): Promise<void> {
  const rows = await batch.ask(harness);
  expect(rows.length).toBe(batch.answers.length);
  for (const [index, answer] of batch.answers.entries()) {
    const [expected, got] = [rowOf(answer), rows[index] ?? []];
    if (got.length === expected.length && got.every((word, place) => word === expected[place])) continue;
    expect.soft(got, `case ${batch.describe(index)}`).toEqual(expected);
    return;
  }
}

describe.each(rules)("$name", (rule) => {
  const seed = [...rule.name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);

  test("default: both twins give the recorded answers", async () => {
    const file = new URL(`../vectors/${rule.name}.json`, import.meta.url);
    const { cases } = vectorFile.parse(JSON.parse(readFileSync(file, "utf8")));
    const batch = rule.fromVectors(cases);
    expect(batch.answers.map(recorded)).toEqual(cases.map(({ expected }) => expected));
    await expectTwinsToAgree(batch);
  });

  test(`behavior: both twins agree on ${fuzzCases} random cases`, { timeout: 60_000 + 20 * fuzzCases }, async () => {
    const random = new Random(seed);
    for (let done = 0; done < fuzzCases; done += rule.batchSize) {
      const policies = Array.from({ length: policiesPerCall }, () => randomPolicy(random));
      await expectTwinsToAgree(rule.random(random, policies, Math.min(rule.batchSize, fuzzCases - done)));
    }
  });
});
