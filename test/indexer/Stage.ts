import hre from "hardhat";
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  erc20Abi,
  type Hex,
  http,
  keccak256,
  parseAbi,
  stringToHex,
} from "viem";
import { seatsOf } from "../../domain/committee.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { packResult, type Result } from "../../domain/result.ts";
import { assayDomain, assayTypes, type ResultEntry } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import { deploy } from "../../scripts/deploy.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";
import { assayAbi, assayLensAbi, type Deployment } from "../../sdk/index.ts";

export const token = 10n ** 18n;
export const epochLength = 100n;

/** Accounts by role; evaluators sit in seats 0..2. */
export const accounts = { deployer: 0, owner: 1, other: 2, delegator: 3, second: 4, evaluators: [10, 11, 12] } as const;

/** The default standards in minutes instead of weeks, with a committee of three. */
export const stagePolicy: Policy = {
  ...defaultPolicy,
  halfLife: 6_400n,
  maxAge: 1_000n,
  committeeSize: 3n,
  quorum: 2n,
  freezeWindow: 300n,
  lossEpoch: 3_600n,
  suiteHash: keccak256(stringToHex("suite")),
};

/** A round's measurement that passes every family. */
export const goodResult: Result = {
  scores: [9_950n, 9_950n, 9_950n, 9_900n, 0n, 0n, 9_990n],
  items: 600n,
  attempts: 900n,
  retries: 1n,
  hardFailures: 0n,
  flags: 0b1001111n,
};

export const digestOf = (text: string): Hex => keccak256(stringToHex(text));

const erc721Abi = parseAbi(["function transferFrom(address from, address to, uint256 tokenId)"]);

/** A real local chain with the protocol deployed on it, and the hands to play a story there. */
export class Stage {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly chain: ReturnType<typeof createPublicClient>;
  readonly #close: () => Promise<void>;
  readonly #clock: ReturnType<typeof testClient>;

  private constructor(rpcUrl: string, deployment: Deployment, close: () => Promise<void>) {
    this.rpcUrl = rpcUrl;
    this.deployment = deployment;
    this.chain = createPublicClient({ transport: http(rpcUrl), pollingInterval: 20 });
    this.#clock = testClient(rpcUrl);
    this.#close = close;
  }

  static async open(): Promise<Stage> {
    const server = await hre.network.createServer({ network: "devnet" }, "127.0.0.1", 0);
    const { port } = await server.listen();
    const rpcUrl = `http://127.0.0.1:${port}`;
    const deployment = await deploy({
      rpcUrl,
      deployer: devAccount(accounts.deployer),
      policy: stagePolicy,
      seats: accounts.evaluators.map((index) => ({
        owner: devAccount(index).address,
        signer: devAccount(index).address,
        linkHead: digestOf(`chain ${index}`),
      })),
      epochLength,
      unbondingDelay: 200n,
      tokenSupply: 10n ** 9n * token,
    });
    return new Stage(rpcUrl, deployment, () => server.close());
  }

  close(): Promise<void> {
    return this.#close();
  }

  addressOf(index: number): Address {
    return devAccount(index).address;
  }

  get #assay() {
    return { address: this.deployment.assay, abi: assayAbi, chain: null } as const;
  }

  #wallet(index: number) {
    return createWalletClient({ account: devAccount(index), transport: http(this.rpcUrl) });
  }

  async #mined(hash: Hex): Promise<void> {
    const { status } = await this.chain.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`transaction ${hash} reverted`);
  }

  // ---------------------------------------------------------------- models
  /** Registers a model; the digest of a version is that of its name. */
  async register(name: string, by: number = accounts.owner): Promise<bigint> {
    const args = [name, digestOf(name), `http://models.test/${name}.json`] as const;
    await this.#mined(await this.#wallet(by).writeContract({ ...this.#assay, functionName: "register", args }));
    return this.chain.readContract({ ...this.#assay, functionName: "modelCount" });
  }

  async addVersion(modelId: bigint, name: string): Promise<Hex> {
    const args = [modelId, digestOf(name), `http://models.test/${name}.json`] as const;
    const wallet = this.#wallet(accounts.owner);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "addVersion", args }));
    return versionIdOf(modelId, digestOf(name));
  }

  async setLane(modelId: bigint, lane: number): Promise<void> {
    const wallet = this.#wallet(accounts.owner);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "setLane", args: [modelId, lane] }));
  }

  async transferModel(modelId: bigint, from: number, to: number): Promise<void> {
    const args = [devAccount(from).address, devAccount(to).address, modelId] as const;
    const contract = { address: this.deployment.assay, abi: erc721Abi, chain: null } as const;
    await this.#mined(await this.#wallet(from).writeContract({ ...contract, functionName: "transferFrom", args }));
  }

  // ---------------------------------------------------------------- stake
  /** Gives an account tokens and lets Assay take them. */
  async fund(index: number, assets: bigint): Promise<void> {
    const erc20 = { address: this.deployment.token, abi: erc20Abi, chain: null } as const;
    const to = devAccount(index).address;
    const deployer = this.#wallet(accounts.deployer);
    await this.#mined(await deployer.writeContract({ ...erc20, functionName: "transfer", args: [to, assets] }));
    const args = [this.deployment.assay, 2n ** 256n - 1n] as const;
    await this.#mined(await this.#wallet(index).writeContract({ ...erc20, functionName: "approve", args }));
  }

  async bond(modelId: bigint, assets: bigint): Promise<void> {
    const wallet = this.#wallet(accounts.owner);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "bond", args: [modelId, assets] }));
  }

  async delegate(modelId: bigint, assets: bigint, by: number): Promise<void> {
    const args = [modelId, assets] as const;
    await this.#mined(await this.#wallet(by).writeContract({ ...this.#assay, functionName: "delegate", args }));
  }

  async requestUnbond(modelId: bigint, shares: bigint, by: number): Promise<void> {
    const args = [modelId, shares] as const;
    await this.#mined(await this.#wallet(by).writeContract({ ...this.#assay, functionName: "requestUnbond", args }));
  }

  async withdraw(modelId: bigint, by: number): Promise<void> {
    const args = [modelId, devAccount(by).address] as const;
    await this.#mined(await this.#wallet(by).writeContract({ ...this.#assay, functionName: "withdraw", args }));
  }

  async requestBondUnbond(modelId: bigint, assets: bigint): Promise<void> {
    const args = [modelId, assets] as const;
    const wallet = this.#wallet(accounts.owner);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "requestBondUnbond", args }));
  }

  async withdrawBond(modelId: bigint): Promise<void> {
    const args = [modelId, devAccount(accounts.owner).address] as const;
    const wallet = this.#wallet(accounts.owner);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "withdrawBond", args }));
  }

  // ---------------------------------------------------------------- rounds
  /** Moves to the next epoch, opens its round, draws its committee, and posts results that all members sign. */
  async playRound(results: readonly { modelId: bigint; name: string; result: Result }[]): Promise<bigint> {
    const roundId = await this.openNextRound();
    const entries = results.map(({ modelId, name, result }) => ({
      modelId,
      digest: digestOf(name),
      word: packResult(result),
    }));
    await this.#post(roundId, entries);
    return roundId;
  }

  async openNextRound(): Promise<bigint> {
    const current = await this.chain.readContract({ ...this.#assay, functionName: "currentRoundId" });
    await this.advanceTo(BigInt(this.deployment.genesis) + current * epochLength);
    const wallet = this.#wallet(accounts.other);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "openRound" }));
    await this.#clock.mine({ blocks: 3 });
    const roundId = current + 1n;
    const args = [roundId] as const;
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "captureEntropy", args }));
    return roundId;
  }

  async #post(roundId: bigint, results: readonly ResultEntry[]): Promise<void> {
    const signers = await this.chain.readContract({ ...this.#assay, functionName: "committeeOf", args: [roundId] });
    const batch = { roundId, reportsRoot: digestOf(`reports ${roundId}`), results } as const;
    const domain = assayDomain(BigInt(this.deployment.chainId), this.deployment.assay);
    const signatures = await Promise.all(
      seatsOf(signers).map((seat) =>
        devAccount(accounts.evaluators[0] + seat).signTypedData({
          domain,
          types: assayTypes,
          primaryType: "Batch",
          message: batch,
        }),
      ),
    );
    const args = [batch, signers, signatures] as const;
    const wallet = this.#wallet(accounts.other);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "post", args }));
  }

  async release(versionId: Hex, roundId: bigint): Promise<void> {
    const args = [versionId, roundId] as const;
    const wallet = this.#wallet(accounts.other);
    await this.#mined(await wallet.writeContract({ ...this.#assay, functionName: "release", args }));
  }

  // ---------------------------------------------------------------- time
  /** Mines a block at a time (unix seconds) that lies ahead. */
  async advanceTo(timestamp: bigint): Promise<void> {
    await this.#clock.setNextBlockTimestamp({ timestamp });
    await this.mine();
  }

  async advance(seconds: bigint): Promise<void> {
    await this.advanceTo((await this.chain.getBlock()).timestamp + seconds);
  }

  async mine(blocks = 1): Promise<void> {
    await this.#clock.mine({ blocks });
  }

  snapshot(): Promise<Hex> {
    return this.#clock.snapshot();
  }

  async revert(id: Hex): Promise<void> {
    await this.#clock.revert({ id });
  }

  // ---------------------------------------------------------------- storage
  explainAt(modelId: bigint, timestamp: bigint) {
    const lens = { address: this.deployment.lens, abi: assayLensAbi } as const;
    return this.chain.readContract({ ...lens, functionName: "explainAt", args: [modelId, timestamp] });
  }

  stakeOf(modelId: bigint) {
    return this.chain.readContract({ ...this.#assay, functionName: "stakeOf", args: [modelId] });
  }

  memoryOf(versionId: Hex) {
    return this.chain.readContract({ ...this.#assay, functionName: "memoryOf", args: [versionId] });
  }

  positionOf(modelId: bigint, account: Address) {
    return this.chain.readContract({ ...this.#assay, functionName: "positionOf", args: [modelId, account] });
  }
}

function testClient(rpcUrl: string) {
  return createTestClient({ mode: "hardhat", transport: http(rpcUrl) });
}
