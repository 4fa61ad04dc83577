import hre from "hardhat";
import { type Address, createTestClient, type Hex, http } from "viem";

interface PendingBlock {
  readonly Method: "eth_getBlockByNumber";
  readonly Parameters: ["pending", false];
  readonly ReturnType: { readonly transactions: Hex[] };
}

export interface TestChain {
  readonly rpcUrl: string;
  /** Stops making blocks by itself, and with them the only clock that rounds know; or goes on. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  mine(): Promise<void>;
  /** Puts whatever transactions `send` sends into one block, in their order. */
  inOneBlock(send: () => Promise<void>): Promise<void>;
  /** Lets seconds pass and makes a block. */
  skip(seconds: number): Promise<void>;
  /** Transactions wait until `mine`; or are mined at once again. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /** What the next block asks for a unit of gas, in wei. */
  setBaseFee(wei: bigint): Promise<void>;
  /** Remembers the chain as it is; the function given goes back to it, once: every block since is gone. */
  snapshot(): Promise<() => Promise<void>>;
  /** Takes every transaction that waits out of the node's pool. */
  dropWaiting(): Promise<void>;
  /** Makes a block with this timestamp (unix seconds); the clock goes on from there. */
  skipTo(timestamp: bigint): Promise<void>;
  /** Gives an account ether to pay gas with. */
  fund(address: Address): Promise<void>;
  close(): Promise<void>;
}

/** A real local chain behind JSON-RPC on a free port: every transaction makes a block, and one comes every `blockMs` besides. */
export async function startTestChain(blockMs: number): Promise<TestChain> {
  const override = {
    mining: { auto: true, interval: blockMs },
    allowBlocksWithSameTimestamp: true,
    allowUnlimitedContractSize: true,
  };
  const server = await hre.network.createServer({ network: "devnet", override }, "127.0.0.1", 0);
  const { port } = await server.listen();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createTestClient({ mode: "hardhat", transport: http(rpcUrl) });
  return {
    rpcUrl,
    freeze: () => client.setIntervalMining({ interval: 0 }),
    thaw: () => client.setIntervalMining({ interval: blockMs / 1_000 }),
    mine: () => client.mine({ blocks: 1 }),
    inOneBlock: async (send) => {
      await client.setAutomine(false);
      await send();
      await client.mine({ blocks: 1 });
      await client.setAutomine(true);
    },
    skip: async (seconds) => {
      await client.increaseTime({ seconds });
      await client.mine({ blocks: 1 });
    },
    hold: () => client.setAutomine(false),
    release: () => client.setAutomine(true),
    setBaseFee: (wei) => client.setNextBlockBaseFeePerGas({ baseFeePerGas: wei }),
    async snapshot() {
      const id = await client.snapshot();
      return () => client.revert({ id });
    },
    async dropWaiting() {
      const { transactions } = await client.request<PendingBlock>({
        method: "eth_getBlockByNumber",
        params: ["pending", false],
      });
      for (const hash of transactions) await client.dropTransaction({ hash });
    },
    skipTo: async (timestamp) => {
      await client.setNextBlockTimestamp({ timestamp });
      await client.mine({ blocks: 1 });
    },
    fund: (address) => client.setBalance({ address, value: 10n ** 20n }),
    close: () => server.close(),
  };
}
