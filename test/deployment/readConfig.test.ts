import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describePlan } from "../../deployment/describePlan.ts";
import { InvalidDeployConfigError, readDeployConfig } from "../../deployment/readConfig.ts";
import { defaultPolicy, policyFields } from "../../domain/policy.ts";
import { sharesOf } from "../../evaluation/suite/sharesOf.ts";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";

const example = fileURLToPath(new URL("../../deployment/example.json5", import.meta.url));
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "assay-deploy-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The example with one piece of its text replaced. */
function edited(from: string | RegExp, to: string): string {
  const text = readFileSync(example, "utf8");
  expect(text).toMatch(from);
  const path = join(dir, "deploy.json5");
  writeFileSync(path, text.replace(from, to));
  return path;
}

test("default: the example is a plan, and every standard is described with its meaning", async () => {
  const plan = (await readDeployConfig(example)).planFor(18);
  expect(plan).toMatchObject({ epochLength: 86_400n, unbondingDelay: 1_209_600n, seats: [] });
  expect(plan.policy).toEqual({ ...defaultPolicy, suiteHash: suiteHash(await loadSuite()) });
  const described = describePlan(plan, 18);
  expect(described.map(({ name }) => name)).toEqual(expect.arrayContaining([...policyFields, "token", "guardian"]));
  expect(described.find(({ name }) => name === "bondMin")?.value).toBe("1000 tokens");
  expect(described.find(({ name }) => name === "maxAge")?.value).toBe("14 d");
});

test("behavior: amounts are whole tokens, whatever the token's decimals", async () => {
  const { policy } = (await readDeployConfig(edited('bondMin: "1000"', 'bondMin: "12.5"'))).planFor(6);
  expect(policy.bondMin).toBe(12_500_000n);
  expect(policy.experimentalBondMin).toBe(defaultPolicy.experimentalBondMin / 10n ** 12n);
});

test("behavior: another suite brings its own shares, unless the file says otherwise", async () => {
  const broad = edited("evaluation/suites/standard.json", "evaluation/suites/broad.json");
  const suite = await loadSuite("evaluation/suites/broad.json");
  expect((await readDeployConfig(broad)).planFor(18).policy.sharesBps).toEqual(sharesOf(suite, "standard"));
  const stated = edited('bondMin: "1000"', "sharesBps: [1, 2, 3, 4, 5, 6, 7]");
  expect((await readDeployConfig(stated)).planFor(18).policy.sharesBps).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n]);
});

test.each([
  [
    "a duration without a unit",
    'epochLength: "1d"',
    'epochLength: "86400"',
    /deploy\.json5: field "epochLength" is "86400": must be a duration/,
  ],
  [
    "a standard that is none",
    'bondMin: "1000"',
    'bondMinimum: "1000"',
    /field "policy\.bondMinimum": there is no such standard; did you mean "bondMin"\?/,
  ],
  [
    "a number where tokens belong",
    'bondMin: "1000"',
    "bondMin: 1000",
    /deploy\.json5: field "policy\.bondMin" is 1000: /,
  ],
  [
    "an address that is none",
    '"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"',
    '"0x3C"',
    /field "guardian" is "0x3C": must be a 20-byte/,
  ],
  [
    "an amount that no field holds",
    'bondMin: "1000"',
    'bondMin: "99999999999"',
    /field "policy\.bondMin" comes to 99999999999000000000000000000: must be below 2\^96; make it smaller/,
  ],
  ["a count that no field holds", 'bondMin: "1000"', "slots: 4294967296", /field "policy\.slots" .* below 2\^32/],
  ["a time that no field holds", 'bondMin: "1000"', 'maxAge: "50000d"', /field "policy\.maxAge" .* below 2\^32/],
  [
    "a rate that no field holds",
    'bondMin: "1000"',
    "weights: [65536, 0, 0, 0, 0, 0, 0]",
    /field "policy\.weights" .* below 2\^16/,
  ],
  ["a field nobody knows", "seats: []", "seats: [], seat: 1", /unknown field "seat"; did you mean "seats"\?/],
  ["a broken file", "seats: []", "seats: [", /deploy\.json5:\d+:\d+: invalid character/],
])("error: %s is refused in one line", async (_, from, to, words) => {
  const reading = readDeployConfig(edited(from, to));
  await expect(reading).rejects.toThrow(InvalidDeployConfigError);
  await expect(reading).rejects.toThrow(words);
});
