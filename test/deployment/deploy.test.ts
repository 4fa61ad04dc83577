import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import hre from "hardhat";
import { type Address, createPublicClient, custom, keccak256, parseAbi, type Transport, toHex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../deployment/deploy.ts";
import { DeploymentFailedError } from "../../deployment/deploymentFailedError.ts";
import type { SystemPlan } from "../../deployment/plan.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";
import { assayAbi, assayVaultAbi, policyBoardAbi } from "../../sdk/index.ts";

const day = 86_400n;
const guardian: Address = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const proposer = devAccount(5).address;
const seatOwner = devAccount(6).address;
const plan: SystemPlan = {
  token: { name: "Test", symbol: "TST", supply: 10n ** 24n },
  policy: { ...defaultPolicy, suiteHash: keccak256(toHex("suite")), committeeSize: 1n, quorum: 1n },
  seats: [{ owner: seatOwner, signer: devAccount(7).address, linkHead: keccak256(toHex("head")) }],
  epochLength: day,
  unbondingDelay: 14n * day,
  timelock: { delay: 2n * day, proposers: [proposer], executors: [] },
  guardian,
};

let connection: Awaited<ReturnType<typeof hre.network.create>>;
let transport: Transport;
let dir: string;
const deployer = devAccount(0);

beforeEach(async () => {
  connection = await hre.network.create("devnet");
  transport = custom(connection.provider);
  dir = mkdtempSync(join(tmpdir(), "assay-journal-"));
});
afterEach(async () => {
  await connection.close();
  rmSync(dir, { recursive: true, force: true });
});

test("default: the system is connected, has its standards, and belongs to the timelock", async () => {
  const deployment = await deploy({ ...plan, transport, deployer });
  const reader = createPublicClient({ transport });
  const board = { address: deployment.policyBoard, abi: policyBoardAbi } as const;
  const vault = { address: deployment.vault, abi: assayVaultAbi } as const;
  const read = reader.readContract.bind(reader);

  expect(await read({ ...board, functionName: "owner" })).toBe(deployment.timelock);
  expect(await read({ ...board, functionName: "guardian" })).toBe(guardian);
  expect(await read({ ...board, functionName: "vault" })).toBe(deployment.vault);
  expect(await read({ ...board, functionName: "currentPolicyId" })).toBe(1n);
  expect(await read({ ...board, functionName: "seat", args: [0n] })).toMatchObject({ owner: seatOwner });
  expect(await read({ ...vault, functionName: "assay" })).toBe(deployment.assay);
  expect(await read({ ...vault, functionName: "court" })).toBe(deployment.court);
  expect(await read({ address: deployment.assay, abi: assayAbi, functionName: "vault" })).toBe(deployment.vault);
  const timelock = {
    address: deployment.timelock ?? "0x",
    abi: parseAbi(["function getMinDelay() view returns (uint256)"]),
  };
  expect(await read({ ...timelock, functionName: "getMinDelay" })).toBe(2n * day);
});

test("behavior: a token that is there is taken, and another deployer's nonce is no trouble", async () => {
  const first = await deploy({ ...plan, transport, deployer });
  const second = await deploy({ ...plan, token: { address: first.token }, transport, deployer: devAccount(3) });
  expect(second.token).toBe(first.token);
  expect(second.assay).not.toBe(first.assay);
});

test("behavior: with a journal a second run finds everything done and answers the same", async () => {
  const journalDir = join(dir, "journal");
  const first = await deploy({ ...plan, transport, deployer }, { journalDir });
  const reader = createPublicClient({ transport });
  const sent = await reader.getTransactionCount({ address: deployer.address });
  expect(await deploy({ ...plan, transport, deployer }, { journalDir })).toEqual(first);
  expect(await reader.getTransactionCount({ address: deployer.address })).toBe(sent);
});

test("error: what the board refuses is said in its words", async () => {
  const wrong = { ...plan, policy: { ...plan.policy, massMin: 0n } };
  const refused = deploy({ ...wrong, transport, deployer });
  await expect(refused).rejects.toThrow(DeploymentFailedError);
  await expect(refused).rejects.toThrow(/PolicyFieldOutOfBounds\("massMin", 0, 1\)/);
});

test("behavior: a rehearsal needs no project in the folder where the command was typed", async () => {
  const url = (path: string) => new URL(`../../${path}`, import.meta.url).href;
  const script = `
    const { rehearse } = await import("${url("deployment/rehearse.ts")}");
    const { defaultPolicy } = await import("${url("domain/policy.ts")}");
    const policy = { ...defaultPolicy, suiteHash: "${plan.policy.suiteHash}", committeeSize: 1n, quorum: 1n };
    const token = { name: "Test", symbol: "TST", supply: 10n ** 24n };
    const seats = ${JSON.stringify(plan.seats)};
    await rehearse({ token, policy, seats, epochLength: ${plan.epochLength}n, unbondingDelay: ${plan.unbondingDelay}n }, {});
    console.log("rehearsed");`;
  const { HARDHAT_CONFIG: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: dir, env });
  expect(stdout).toBe("rehearsed\n");
});
