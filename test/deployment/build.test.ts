import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPublicClient, http, toHex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { artifactDirs, readArtifact } from "../../deployment/artifacts.ts";
import { policyMeanings } from "../../deployment/policyMeanings.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";
import { parseDeployment, policyBoardAbi } from "../../sdk/index.ts";
import { runForTest } from "../cli/runForTest.ts";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "assay-build-"));
const config = join(directory, "net.json5");
const out = join(directory, "deployments");
const deployer = devAccount(0);
const key = toHex(deployer.getHdKey().privateKey ?? new Uint8Array());
const guardian = devAccount(2).address;
/** Minutes, where nothing is cached. */
const patience = 1_200_000;

let chain: TestChain;

beforeAll(async () => {
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: "pipe" });
  chain = await startTestChain(3_600_000);
  const example = readFileSync(join(root, "deployment/example.json5"), "utf8");
  writeFileSync(config, example.replace("http://127.0.0.1:8545", chain.rpcUrl));
}, patience);
afterAll(async () => {
  await chain.close();
  rmSync(directory, { recursive: true });
});

test("default: what the build makes is optimised, and within the limits of a chain", () => {
  for (const name of ["Assay", "TimelockController"]) {
    const optimised = readArtifact(name, artifactDirs.production);
    expect(optimised.deployedBytecode, name).not.toBe(readArtifact(name).deployedBytecode);
  }
});

test("default: a dry run rehearses what the build made, prints every value with its meaning, and sends nothing", async () => {
  const { code, out: printed, err } = await runForTest(["deploy", config, "--dry-run"]);
  expect({ code, err }).toEqual({ code: 0, err: "rehearsing on a chain inside this process …\n" });
  const lines = printed.split("\n");
  for (const [field, [, meaning]] of Object.entries(policyMeanings)) {
    const at = lines.findIndex((line) => new RegExp(`^${field} +\\S`).test(line));
    expect(lines[at + 1]?.trim(), field).toBe(meaning);
  }
  for (const name of [
    "token",
    "epochLength",
    "unbondingDelay",
    "owner",
    "guardian",
    "proposers",
    "executors",
    "seats",
  ]) {
    expect(printed).toMatch(new RegExp(`^${name} +\\S`, "m"));
  }
  const reader = createPublicClient({ transport: http(chain.rpcUrl) });
  expect(await reader.getTransactionCount({ address: deployer.address })).toBe(0);
});

test("default: with --yes it deploys, and writes what the SDK reads", async () => {
  const { code, err } = await runForTest(["deploy", config, "--yes", "--out", out], { ASSAY_DEPLOYER_KEY: key });
  expect(code, err).toBe(0);
  const deployment = parseDeployment(readFileSync(join(out, "example.json"), "utf8"));
  const reader = createPublicClient({ transport: http(chain.rpcUrl) });
  const board = { address: deployment.policyBoard, abi: policyBoardAbi } as const;
  expect(await reader.readContract({ ...board, functionName: "owner" })).toBe(deployment.timelock);
  expect(await reader.readContract({ ...board, functionName: "guardian" })).toBe(guardian);
});

test("error: without --yes nothing is sent; without a key nothing can be; a policy out of bounds is refused in the board's words", async () => {
  const unsaid = await runForTest(["deploy", config, "--out", out]);
  expect(unsaid.code).toBe(1);
  expect(unsaid.err).toMatch(/\nnothing was sent: add --yes to deploy these values\n$/);
  const keyless = await runForTest(["deploy", config, "--yes", "--out", out]);
  expect(keyless.code).toBe(2);
  expect(keyless.err).toMatch(/\nASSAY_DEPLOYER_KEY must hold the deployer's private key \(0x and 64 hex digits\)\n$/);
  const wrong = join(directory, "wrong.json5");
  writeFileSync(wrong, readFileSync(config, "utf8").replace('bondMin: "1000"', 'bondMin: "1000", breakerBps: 0'));
  const refused = await runForTest(["deploy", wrong, "--dry-run"]);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toMatch(/PolicyFieldOutOfBounds\("breakerBps", 0, 1\)/);
});
