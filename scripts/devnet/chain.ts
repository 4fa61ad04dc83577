/**
 * The devnet's chain as a process of its own: Hardhat's EDR behind JSON-RPC, one block a second, with a journal.
 *
 * EDR keeps its state in memory only. So every block is written to a journal (timestamp, randomness, raw transactions), and a
 * second start replays it: the same inputs give the same blocks, checked hash by hash (about a millisecond a block).
 *
 * usage: node scripts/devnet/chain.ts <port> <journal file>
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import hre from "hardhat";
import {
  BaseError,
  type Client,
  createClient,
  type Hex,
  type HttpTransport,
  http,
  rpcSchema,
  serializeTransaction,
  type TransactionSerializable,
} from "viem";
import { z } from "zod";

const hex = z.templateLiteral(["0x", z.string()]);
const journalHeader = z.object({ genesisAt: z.number().int().positive() });
const journalBlock = z.object({
  number: hex,
  hash: hex,
  timestamp: hex,
  mixHash: hex,
  raw: z.array(hex),
});
type JournalBlock = z.infer<typeof journalBlock>;

const rpcTransaction = z.object({
  type: hex,
  to: hex.nullable(),
  input: hex,
  nonce: hex,
  gas: hex,
  value: hex,
  chainId: hex.optional(),
  gasPrice: hex.optional(),
  maxFeePerGas: hex.optional(),
  maxPriorityFeePerGas: hex.optional(),
  r: hex,
  s: hex,
  v: hex,
  yParity: hex.optional(),
});
const rpcBlock = z.object({
  number: hex,
  hash: hex,
  timestamp: hex,
  mixHash: hex,
  transactions: z.array(rpcTransaction),
});

class JournalError extends Error {
  override name = "JournalError";
}

/** The signed bytes of a mined transaction, rebuilt from its fields (EDR has no call that returns them). */
function rawTransaction(tx: z.infer<typeof rpcTransaction>): Hex {
  const eip1559 = tx.maxFeePerGas !== undefined && tx.type === "0x2";
  const fees = eip1559
    ? { maxFeePerGas: BigInt(tx.maxFeePerGas ?? 0), maxPriorityFeePerGas: BigInt(tx.maxPriorityFeePerGas ?? 0) }
    : { gasPrice: BigInt(tx.gasPrice ?? 0) };
  const fields = {
    type: eip1559 ? "eip1559" : "legacy",
    chainId: tx.chainId === undefined ? undefined : Number(tx.chainId),
    nonce: Number(tx.nonce),
    gas: BigInt(tx.gas),
    value: BigInt(tx.value),
    data: tx.input,
    ...(tx.to === null ? {} : { to: tx.to }),
    ...fees,
    // Narrowed by hand: viem's union cannot be discriminated through the spread.
  } as TransactionSerializable;
  const v = BigInt(tx.v);
  const yParity = Number(tx.yParity ?? (v >= 35n ? (v - 35n) % 2n : v >= 27n ? v - 27n : v));
  return serializeTransaction(fields, { r: tx.r, s: tx.s, v, yParity });
}

/** EDR's own methods are outside viem's typed schema. */
type Provider = Client<HttpTransport, undefined, undefined, UntypedSchema>;
type UntypedSchema = [{ Method: string; Parameters?: unknown; ReturnType: unknown }];

async function replay(provider: Provider, lines: readonly string[]): Promise<void> {
  for (const [i, line] of lines.entries()) {
    const block = journalBlock.parse(JSON.parse(line));
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [block.timestamp] });
    await provider.request({ method: "hardhat_setPrevRandao", params: [block.mixHash] });
    for (const raw of block.raw) await provider.request({ method: "eth_sendRawTransaction", params: [raw] });
    await provider.request({ method: "evm_mine", params: [] });
    const mined = rpcBlock.parse(
      await provider.request({ method: "eth_getBlockByNumber", params: [block.number, true] }),
    );
    if (mined.hash !== block.hash) {
      throw new JournalError(`the saved chain cannot be replayed: block ${i + 1} differs; start anew with --fresh`);
    }
  }
}

/** Appends every block mined since the last call. One line a block, written before the next is asked for. */
async function appendNewBlocks(provider: Provider, journal: string, written: number): Promise<number> {
  const head = Number(await provider.request({ method: "eth_blockNumber", params: [] }));
  for (let number = written + 1; number <= head; number++) {
    const block = rpcBlock.parse(
      await provider.request({ method: "eth_getBlockByNumber", params: [`0x${number.toString(16)}`, true] }),
    );
    const line: JournalBlock = {
      number: block.number,
      hash: block.hash,
      timestamp: block.timestamp,
      mixHash: block.mixHash,
      raw: block.transactions.map(rawTransaction),
    };
    appendFileSync(journal, `${JSON.stringify(line)}\n`);
  }
  return head;
}

/** The journal's whole lines; a last line that a crash cut short is dropped. */
function readJournal(journal: string): { genesisAt: number; blocks: string[] } {
  if (!existsSync(journal)) {
    const genesisAt = Math.floor(Date.now() / 1000) - 1;
    writeFileSync(journal, `${JSON.stringify({ genesisAt })}\n`);
    return { genesisAt, blocks: [] };
  }
  const text = readFileSync(journal, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length !== text.length) writeFileSync(journal, whole);
  const [header = "{}", ...blocks] = whole.split("\n").filter((line) => line !== "");
  return { ...journalHeader.parse(JSON.parse(header)), blocks };
}

const [port, journal] = process.argv.slice(2);
if (!port || !journal) throw new JournalError("usage: node scripts/devnet/chain.ts <port> <journal file>");
const journalFile = journal;
const { genesisAt, blocks } = readJournal(journalFile);
// Mining follows the journal while there is one to replay, and starts by itself only afterwards.
const server = await hre.network.createServer(
  { network: "devnet", override: { initialDate: new Date(genesisAt * 1000), mining: { auto: false, interval: 0 } } },
  "127.0.0.1",
  Number(port),
);
const listening = await server.listen();
const url = `http://127.0.0.1:${listening.port}`;
const provider = createClient({ transport: http(url), rpcSchema: rpcSchema<UntypedSchema>() });
try {
  await replay(provider, blocks);
} catch (error) {
  const why = error instanceof BaseError ? error.details : error instanceof Error ? error.message : error;
  console.error(
    error instanceof JournalError ? why : `the saved chain cannot be replayed (${why}): start anew with --fresh`,
  );
  process.exit(1);
}
await provider.request({ method: "evm_setAutomine", params: [true] });
await provider.request({ method: "evm_setIntervalMining", params: [1_000] });
let written = blocks.length;
console.log(`chain ready on ${url} at block ${written}`);

let journaling = Promise.resolve();
const timer = setInterval(() => {
  journaling = journaling.then(async () => {
    written = await appendNewBlocks(provider, journalFile, written);
  });
}, 200);

async function stop(): Promise<void> {
  clearInterval(timer);
  await provider.request({ method: "evm_setIntervalMining", params: [0] });
  await journaling;
  await appendNewBlocks(provider, journalFile, written);
  process.exit(0);
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
