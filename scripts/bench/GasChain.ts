import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type Abi,
  BaseError,
  createPublicClient,
  createWalletClient,
  custom,
  encodeDeployData,
  getContractAddress,
  type Hex,
  hexToBytes,
  type PublicClient,
  type TransactionReceipt,
} from "viem";
import { z } from "zod";

/** First timestamp of every run (unix seconds). */
const startsAt = 1_800_000_000n;
/** Enough to deploy the largest contract under Amsterdam rules, where code costs 1,530 gas a byte; the cap of EIP-7825 is off for that. */
const gasLimit = 55_000_000n;
const fixedRandomness: Hex = `0x${"2a".repeat(32)}`;
const bytecodeArtifact = z.object({ bytecode: z.templateLiteral(["0x", z.string()]) });

/** A transaction of a benchmark was refused; the message names the function. */
export class GasChainError extends Error {
  override name = "GasChainError";
}

export interface Transaction {
  /** Of the function that is called, for messages. */
  readonly name: string;
  readonly from: Hex;
  readonly to: Hex;
  readonly data: Hex;
}

type Connection = Awaited<ReturnType<HardhatRuntimeEnvironment["network"]["create"]>>;

/**
 * An in-process chain on which every run is the same run: timestamps, randomness and with them block hashes, committees and
 * signatures are fixed, so that a figure changes only when the code does.
 */
export class GasChain {
  readonly accounts: readonly Hex[];
  readonly #hre: HardhatRuntimeEnvironment;
  readonly #connection: Connection;
  readonly reads: PublicClient;
  readonly #wallet;
  #nowAt = startsAt;

  private constructor(hre: HardhatRuntimeEnvironment, connection: Connection, accounts: readonly Hex[]) {
    this.#hre = hre;
    this.#connection = connection;
    this.accounts = accounts;
    const transport = custom(connection.provider);
    this.reads = createPublicClient({ transport, cacheTime: 0, pollingInterval: 10 });
    this.#wallet = createWalletClient({ transport });
  }

  /** @param hardfork Rules under which gas is counted, for instance "osaka". */
  static async open(hre: HardhatRuntimeEnvironment, hardfork: string): Promise<GasChain> {
    const initialDate = new Date(Number(startsAt - 1n) * 1000);
    const override = { hardfork, initialDate, transactionGasCap: false } as const;
    const connection = await hre.network.create({ network: "devnet", override });
    const wallet = createWalletClient({ transport: custom(connection.provider) });
    return new GasChain(hre, connection, await wallet.getAddresses());
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Seconds that the next block's time lies after the last one's. */
  wait(seconds: bigint): void {
    this.#nowAt += seconds;
  }

  async mine(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      await this.#fixNextBlock();
      await this.#connection.provider.request({ method: "evm_mine", params: [] });
    }
  }

  /** Deploys a contract by its artifact's name. */
  async deploy(name: string, abi: Abi, args: readonly unknown[]): Promise<Hex> {
    const { bytecode } = bytecodeArtifact.parse(await this.#hre.artifacts.readArtifact(name));
    const [from] = this.accounts;
    if (from === undefined) throw new GasChainError("the chain has no unlocked account");
    const nonce = BigInt(await this.reads.getTransactionCount({ address: from }));
    await this.#send(name, from, undefined, encodeDeployData({ abi, bytecode, args }));
    return getContractAddress({ from, nonce });
  }

  /** Sends a transaction and returns what its sender pays, refunds taken off. */
  async send({ name, from, to, data }: Transaction): Promise<bigint> {
    return (await this.#send(name, from, to, data)).gasUsed;
  }

  /**
   * Gas of a call from another contract to a cold account: the transaction's, less what only transactions pay, plus the 2,600 for the
   * account, which is warm as a transaction's destination.
   */
  async gasOfColdCall(transaction: Transaction): Promise<bigint> {
    const calldata = hexToBytes(transaction.data).reduce((gas, byte) => gas + (byte === 0 ? 4n : 16n), 0n);
    return (await this.send(transaction)) - 21_000n - calldata + 2_600n;
  }

  async #send(what: string, from: Hex, to: Hex | undefined, data: Hex): Promise<TransactionReceipt> {
    await this.#fixNextBlock();
    const request = { account: from, to: to ?? null, data, gas: gasLimit, chain: null };
    const hash = await this.#wallet.sendTransaction(request).catch((error: unknown) => {
      throw new GasChainError(`${what} was refused: ${error instanceof BaseError ? error.details : String(error)}`);
    });
    return this.reads.getTransactionReceipt({ hash });
  }

  async #fixNextBlock(): Promise<void> {
    this.#nowAt += 1n;
    const { provider } = this.#connection;
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [`0x${this.#nowAt.toString(16)}`] });
    await provider.request({ method: "hardhat_setPrevRandao", params: [fixedRandomness] });
  }
}
