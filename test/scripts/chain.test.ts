import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createPublicClient, createWalletClient, type Hex, http, parseEther } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import { devAccount } from "../../scripts/devnet/accounts.ts";

const script = fileURLToPath(new URL("../../scripts/devnet/chain.ts", import.meta.url));
let dir: string;
let journal: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "assay-chain-"));
  journal = join(dir, "chain.ndjson");
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

/** Starts the chain; resolves with its URL and the block it went on from. */
async function start(): Promise<{ child: ChildProcess; url: string; block: bigint }> {
  const child = spawn(process.execPath, [script, "0", journal], { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), "line", { signal: AbortSignal.timeout(60_000) });
  const [, url = "", block = ""] = /^chain ready on (\S+) at block (\d+)$/.exec(String(line)) ?? [];
  return { child, url, block: BigInt(block) };
}

const clientOf = (url: string) => createPublicClient({ transport: http(url), pollingInterval: 50 });

async function transfer(url: string, value: bigint): Promise<{ hash: Hex; blockNumber: bigint; blockHash: Hex }> {
  const wallet = createWalletClient({ account: devAccount(0), transport: http(url) });
  const hash = await wallet.sendTransaction({ to: devAccount(9).address, value, chain: null });
  const { blockNumber, blockHash } = await clientOf(url).waitForTransactionReceipt({ hash });
  return { hash, blockNumber, blockHash };
}

/** Polls until the journal holds the block: it is written a moment after the block is mined. */
async function journaled(hash: Hex): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (readFileSync(journal, "utf8").includes(hash)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`block ${hash} is not in the journal after 10 s`);
}

test("behavior: a chain that was killed goes on with the same blocks, and ends what a crash left of a line", async () => {
  const first = await start();
  const before = await transfer(first.url, parseEther("1"));
  await journaled(before.blockHash);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  appendFileSync(journal, '{"number":"0x');

  const second = await start();
  expect(second.block).toBeGreaterThanOrEqual(before.blockNumber);
  const block = await clientOf(second.url).getBlock({ blockNumber: before.blockNumber });
  expect(block.hash).toBe(before.blockHash);
  const after = await transfer(second.url, parseEther("2"));
  const balance = await clientOf(second.url).getBalance({ address: devAccount(9).address });
  expect(balance).toBe(parseEther("10003"));
  await journaled(after.blockHash);
}, 120_000);

test("error: a journal that this chain cannot reproduce is refused with the block's number", async () => {
  const first = await start();
  const { blockHash } = await transfer(first.url, 1n);
  await journaled(blockHash);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const whole = readFileSync(journal, "utf8");
  const [line = ""] = whole.trimEnd().split("\n").slice(-1);
  const cases: [string, RegExp][] = [
    [
      whole.replace(blockHash, `0x${"11".repeat(32)}`),
      /^the saved chain .*: block \d+ differs; start anew with --fresh\n$/,
    ],
    [`${whole}${line}\n`, /^the saved chain cannot be replayed \(.+\): start anew with --fresh\n$/],
  ];
  for (const [text, says] of cases) {
    writeFileSync(journal, text);
    expect(await refusal()).toMatch(says);
  }
}, 120_000);

/** What a chain says that ends before it is ready. */
async function refusal(): Promise<string> {
  const second = spawn(process.execPath, [script, "0", journal], { stdio: ["ignore", "ignore", "pipe"] });
  running.push(second);
  let words = "";
  second.stderr.on("data", (chunk) => {
    words += chunk;
  });
  const [code] = await once(second, "exit", { signal: AbortSignal.timeout(60_000) });
  expect(code).not.toBe(0);
  return words;
}
