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
  type WalletClient,
} from "viem";
import { z } from "zod";

/** First timestamp of every run (unix seconds). */
const startsAt = 1_800_000_000n;
/** Enough to deploy the largest contract under Amsterdam rules, where code costs 1,530 gas a byte; the cap of EIP-7825 is off for that. */
const gasLimit = 55_000_000n;
const fixedRandomness: Hex = `0x${"2a".repeat(32)}`;
/** One ether: contracts that send transactions of their own pay for them too. */
const oneEther = "0xde0b6b3a7640000";
const bytecodeArtifact = z.object({ bytecode: z.templateLiteral(["0x", z.string()]) });
const snapshotSchema = z.string();

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
  readonly wallet: WalletClient;
  #nowAt = startsAt;

  private constructor(hre: HardhatRuntimeEnvironment, connection: Connection, accounts: readonly Hex[]) {
    this.#hre = hre;
    this.#connection = connection;
    this.accounts = accounts;
    const transport = custom(connection.provider);
    this.reads = createPublicClient({ transport, cacheTime: 0, pollingInterval: 10 });
    this.wallet = createWalletClient({ transport });
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
    const address = await this.nextAddress(0n);
    await this.#send(name, this.#deployer, undefined, encodeDeployData({ abi, bytecode, args }));
    return address;
  }

  /** Where the contract will be that is deployed after `skipped` others. */
  async nextAddress(skipped: bigint): Promise<Hex> {
    const from = this.#deployer;
    const nonce = BigInt(await this.reads.getTransactionCount({ address: from }));
    return getContractAddress({ from, nonce: nonce + skipped });
  }

  /** Sends a transaction; the receipt's `gasUsed` is what its sender pays, refunds taken off. */
  send({ name, from, to, data }: Transaction): Promise<TransactionReceipt> {
    return this.#send(name, from, to, data);
  }

  /** Lets an account without a key, such as a contract, send transactions. */
  async impersonate(address: Hex): Promise<void> {
    const { provider } = this.#connection;
    await provider.request({ method: "hardhat_impersonateAccount", params: [address] });
    await provider.request({ method: "hardhat_setBalance", params: [address, oneEther] });
  }

  /** Does something and forgets it: the chain is the same afterwards. */
  async trying<T>(work: () => Promise<T>): Promise<T> {
    const { provider } = this.#connection;
    const nowAt = this.#nowAt;
    const snapshot = snapshotSchema.parse(await provider.request({ method: "evm_snapshot", params: [] }));
    try {
      return await work();
    } finally {
      await provider.request({ method: "evm_revert", params: [snapshot] });
      this.#nowAt = nowAt;
    }
  }

  /**
   * Gas of a call from another contract to a cold account: the transaction's, less what only transactions pay, plus the 2,600 for the
   * account, which is warm as a transaction's destination.
   */
  async gasOfColdCall(transaction: Transaction): Promise<bigint> {
    const calldata = hexToBytes(transaction.data).reduce((gas, byte) => gas + (byte === 0 ? 4n : 16n), 0n);
    return (await this.send(transaction)).gasUsed - 21_000n - calldata + 2_600n;
  }

  get #deployer(): Hex {
    const [from] = this.accounts;
    if (from === undefined) throw new GasChainError("the chain has no unlocked account");
    return from;
  }

  async #send(what: string, from: Hex, to: Hex | undefined, data: Hex): Promise<TransactionReceipt> {
    await this.#fixNextBlock();
    const request = { account: from, to: to ?? null, data, gas: gasLimit, chain: null };
    const hash = await this.wallet.sendTransaction(request).catch((error: unknown) => {
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
