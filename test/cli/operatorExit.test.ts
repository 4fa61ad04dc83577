import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPublicClient, erc20Abi, http, type PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { roles } from "../../scripts/devnet/accounts.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayVaultAbi, type Deployment } from "../../sdk/index.ts";
import { evaluatorAt, testEvaluator } from "../oracle/committee.ts";
import { deployForTest } from "../oracle/deployForTest.ts";
import { eventually } from "../oracle/eventually.ts";
import { killAll, runToEnd, startCommand } from "../oracle/runProcess.ts";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";
import { runForTest } from "./runForTest.ts";

const bond = 10_000n * 10n ** 18n;
const nowhere = "http://127.0.0.1:9";

/** Each step in a process of its own, as an operator takes them weeks apart. */
describe("operator exit, to its very end", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-exit-"));
  const seat = 1;
  const { address: owner } = evaluatorAt(seat).account;
  let chain: TestChain;
  let client: PublicClient;
  let deployment: Deployment;
  let config: string;

  const write = (name: string, content: unknown): string => {
    const file = join(directory, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const keyFile = (number: number): string => {
    const { privateKey, linkSecret } = testEvaluator(number);
    return write(`key${number}.json`, { privateKey, linkSecret });
  };
  const args = (...flags: string[]) => ["operator", "exit", "--config", config, "--seat", `${seat}`, ...flags];
  const exit = (...flags: string[]) => runForTest(args(...flags));
  const send = () => runToEnd("cli/main.ts", args("--owner-key", keyFile(seat), "--yes"));
  const seatCheck = async () => {
    const { out } = await runForTest(["operator", "doctor", "--config", config, "--json"]);
    const { checks }: { checks: { name: string; verdict: string; value: string }[] } = JSON.parse(out);
    return checks.find(({ name }) => name === "seat");
  };
  const tokens = () =>
    client.readContract({ address: deployment.token, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
  const bondOf = () =>
    client.readContract({
      address: deployment.vault,
      abi: assayVaultAbi,
      functionName: "seatBondOf",
      args: [BigInt(seat)],
    });

  beforeAll(async () => {
    chain = await startTestChain(3_600_000);
    const { rpcUrl } = chain;
    client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
    deployment = await deployForTest({ rpcUrl, epochLength: 100n, policy: { evaluatorBondMin: bond } });
    await new Story(rpcUrl, deployment).bondSeat(BigInt(seat), bond, roles.delegator);
    config = write("node.json5", {
      key: { file: keyFile(seat) },
      // The first endpoint is dead: the second one serves.
      rpcUrls: [nowhere, rpcUrl],
      deployment: write("deployment.json", deployment),
      boards: [nowhere],
      dataDir: join(directory, "data"),
    });
  });
  afterAll(async () => {
    killAll();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("error: a seat that is not there, a key that is not the owner's, an owner without gas: one line, and nothing is sent", async () => {
    const unknown = await runForTest(["operator", "exit", "--config", config, "--seat", "9"]);
    expect(unknown).toMatchObject({ code: 1, out: "" });
    expect(unknown.err).toMatch(/^seat 9: UnknownSeat .*: name a seat that is there with --seat\n$/);
    const stranger = await exit("--owner-key", keyFile(7), "--yes");
    expect(stranger).toMatchObject({ code: 1, out: "" });
    expect(stranger.err).toMatch(new RegExp(`^the seat's owner is ${owner}, --owner-key is the key of 0x.*\n$`));
    expect(await send()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `leaveSeat: the owner ${owner} cannot pay the gas: send it some of the chain's coin\n`,
    });
    expect(await exit("--yes")).toMatchObject({ code: 2, err: expect.stringContaining("--owner-key") });
    await chain.fund(owner);
  });

  test("default: says what is due; sends it only when told to", async () => {
    const shown = await exit("--dry-run");
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out).toMatch(/^1 of 3: leave the board.*\nwould send: leaveSeat\(1\) to 0x/);
    const asked = await exit();
    expect(asked).toMatchObject({ code: 1, err: "nothing was sent: add --owner-key FILE --yes to send it\n" });
  });

  test("behavior: killed while its transaction is under way, it is not sent again, and goes on with the next step after it", async () => {
    await chain.hold();
    const first = startCommand("cli/main.ts", args("--owner-key", keyFile(seat), "--yes"));
    await eventually("the transaction under way", 60, async () => {
      const under = await client.getTransactionCount({ address: owner, blockTag: "pending" });
      return under === 1 ? true : undefined;
    });
    await first.stop("SIGKILL");
    const again = await send();
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toMatch(/^a transaction of the owner 0x\w+ is under way \(nonce 0\).*: run the command again/);
    await chain.mine();
    await chain.release();
    expect(await client.getTransactionCount({ address: owner })).toBe(1);
    const second = await send();
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(
      /^2 of 3: ask for the bond of 10000 tokens.*\nin a block: 0x\w{64}: requestSeatUnbond\(1, 1/,
    );
    expect(second.stdout).toContain("run the command again for what comes next");
    expect(second.stderr).toMatch(/^requestSeatUnbond: sent 0x\w{64}, waiting for its block\n$/);
  });

  test("behavior: too early, it names the time from which the bond can be had, and sends nothing", async () => {
    const before = await client.getTransactionCount({ address: owner });
    const { unlocksAt } = await bondOf();
    const early = await send();
    expect(early).toMatchObject({ code: 1, stderr: "" });
    expect(early.stdout).toContain(new Date(Number(unlocksAt) * 1_000).toISOString());
    expect(early.stdout).toMatch(/^3 of 3: 10000 tokens can be withdrawn from .*: come back then\n$/);
    const json = await exit("--json");
    expect(JSON.parse(json.out)).toMatchObject({ ok: true, stage: "wait", unlocksAt: Number(unlocksAt) });
    expect(await client.getTransactionCount({ address: owner })).toBe(before);
  });

  test("behavior: when the time has come the whole bond is the owner's, and then nothing is left to do", async () => {
    await chain.skipTo(BigInt((await bondOf()).unlocksAt));
    // Until now its evidence could be asked for: the node may start though no round counts on its key any more.
    expect(await seatCheck()).toMatchObject({ verdict: "ok" });
    const before = await tokens();
    const last = await send();
    expect(last.code).toBe(0);
    expect(last.stdout).toMatch(/^3 of 3: withdraw 10000 tokens to the owner 0x/);
    expect(last.stdout).toContain("the bond is back: the node can be stopped for good");
    expect((await tokens()) - before).toBe(bond);
    expect(await bondOf()).toMatchObject({ assets: 0n, unbonding: 0n });
    const over = await exit("--json");
    expect(over.code).toBe(0);
    expect(JSON.parse(over.out)).toMatchObject({ stage: "over" });
    expect((await send()).stdout).toBe("seat 1 has left and has no bond: nothing is left to do\n");
    expect(await seatCheck()).toMatchObject({
      verdict: "fail",
      value: expect.stringContaining("has left and has no bond"),
    });
  });
});
