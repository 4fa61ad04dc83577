import hre from "hardhat";
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  erc20Abi,
  getContract,
  type Hex,
  http,
  keccak256,
  parseAbi,
  stringToHex,
} from "viem";
import { hardhat } from "viem/chains";
import { readArtifact } from "../../deployment/artifacts.ts";
import { deploy } from "../../deployment/deploy.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import type { Result } from "../../domain/result.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";
import {
  assayAbi,
  assayLensAbi,
  assayVaultAbi,
  courtAbi,
  type Deployment,
  inspectorAbi,
  policyBoardAbi,
} from "../../sdk/index.ts";

export const token = 10n ** 18n;
export const epochLength = 100n;
const seatBond = 2_000n * token;

/** Accounts by role; evaluators take seats 0..5. */
export const accounts = {
  deployer: 0,
  owner: 1,
  other: 2,
  delegator: 3,
  second: 4,
  guardian: 5,
  evaluators: [10, 11, 12, 13, 14, 15],
  spareKey: 16,
} as const;

/** The default standards in minutes instead of weeks, with two committees of two, and a bucket that is soon full. */
export const stagePolicy: Policy = {
  ...defaultPolicy,
  halfLife: 6_400n,
  maxAge: 1_000n,
  committeeSize: 2n,
  quorum: 2n,
  shards: 2n,
  freezeWindow: 300n,
  lossEpoch: 3_600n,
  bucketBps: 22n,
  bucketPeriod: 400n,
  // All of a batch may fail: which versions share one is drawn.
  breakerBps: 10_000n,
  evaluatorBondMin: 1_000n * token,
  disputeDeposit: 50n * token,
  suiteHash: keccak256(stringToHex("suite")),
};

/** A round's measurement that passes every family. */
export const goodResult: Result = {
  scores: [9_950n, 9_950n, 9_950n, 9_900n, 9_900n, 9_900n, 9_990n],
  items: 600n,
  attempts: 900n,
  retries: 1n,
  hardFailures: 0n,
  flags: 0b1111111n,
};

export const digestOf = (text: string): Hex => keccak256(stringToHex(text));

const arbitratorAbi = parseAbi(["function giveRuling(uint256 disputeId, uint256 ruling)"]);

/** A real local chain with the protocol deployed on it, and the hands to act and look there. */
export class Stage {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly arbitrator: Address;
  readonly chain: ReturnType<typeof createPublicClient>;
  readonly #close: () => Promise<void>;
  readonly #clock: ReturnType<typeof testClient>;

  private constructor(
    rpcUrl: string,
    deployed: { deployment: Deployment; arbitrator: Address },
    close: () => Promise<void>,
  ) {
    this.rpcUrl = rpcUrl;
    this.deployment = deployed.deployment;
    this.arbitrator = deployed.arbitrator;
    this.chain = createPublicClient({ transport: http(rpcUrl), pollingInterval: 20 });
    this.#clock = testClient(rpcUrl);
    this.#close = close;
  }

  /** @param standards The first policy; its arbitrator is the stage's. */
  static async open(standards: Policy = stagePolicy): Promise<Stage> {
    // What contracts do is told here; whether they fit the size limit is not what is tested.
    const override = { allowUnlimitedContractSize: true };
    const server = await hre.network.createServer({ network: "devnet", override }, "127.0.0.1", 0);
    const { port } = await server.listen();
    const rpcUrl = `http://127.0.0.1:${port}`;
    const arbitrator = await deployArbitrator(rpcUrl);
    const deployment = await deploy({
      transport: http(rpcUrl),
      deployer: devAccount(accounts.deployer),
      token: { name: "Stage token", symbol: "STG", supply: 10n ** 9n * token },
      policy: { ...standards, arbitrator },
      guardian: devAccount(accounts.guardian).address,
      seats: accounts.evaluators.map((index) => ({
        owner: devAccount(index).address,
        signer: devAccount(index).address,
        linkHead: digestOf(`chain ${index}`),
      })),
      epochLength,
      unbondingDelay: 4n * epochLength,
    });
    return new Stage(rpcUrl, { deployment, arbitrator }, () => server.close());
  }

  close(): Promise<void> {
    return this.#close();
  }

  addressOf(index: number): Address {
    return devAccount(index).address;
  }

  // ---------------------------------------------------------------- act
  /** Waits until a transaction is mined, which must succeed. */
  async done(sent: Promise<Hex>): Promise<void> {
    const hash = await sent;
    const { status } = await this.chain.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`transaction ${hash} reverted`);
  }

  /** Sends all of these and mines them in one block; whether each goes through, the block tells. */
  async inOneBlock(sends: readonly (() => Promise<Hex>)[]): Promise<void> {
    await this.#clock.setAutomine(false);
    try {
      for (const send of sends) await send();
      await this.mine();
    } finally {
      await this.#clock.setAutomine(true);
    }
  }

  #client(by: number) {
    return createWalletClient({ account: devAccount(by), chain: hardhat, transport: http(this.rpcUrl) });
  }

  assay(by: number = accounts.owner) {
    return getContract({ address: this.deployment.assay, abi: assayAbi, client: this.#client(by) }).write;
  }

  vault(by: number = accounts.owner) {
    return getContract({ address: this.deployment.vault, abi: assayVaultAbi, client: this.#client(by) }).write;
  }

  board(by: number = accounts.deployer) {
    return getContract({ address: this.deployment.policyBoard, abi: policyBoardAbi, client: this.#client(by) }).write;
  }

  court(by: number = accounts.other) {
    return getContract({ address: this.deployment.court, abi: courtAbi, client: this.#client(by) }).write;
  }

  inspector(by: number = accounts.other) {
    return getContract({ address: this.deployment.inspector, abi: inspectorAbi, client: this.#client(by) }).write;
  }

  token(by: number = accounts.deployer) {
    return getContract({ address: this.deployment.token, abi: erc20Abi, client: this.#client(by) }).write;
  }

  rulings() {
    return getContract({ address: this.arbitrator, abi: arbitratorAbi, client: this.#client(accounts.deployer) }).write;
  }

  /** Registers a model; the digest of a version is that of its name. */
  async register(name: string, parent: Hex = noParent): Promise<bigint> {
    await this.done(this.assay().register([name, digestOf(name), manifestUri(name), parent]));
    return this.record.read.modelCount();
  }

  async addVersion(modelId: bigint, name: string): Promise<Hex> {
    await this.done(this.assay().addVersion([modelId, digestOf(name), manifestUri(name), noParent]));
    return this.record.read.currentVersion([modelId]);
  }

  /** Gives an account tokens and lets the vault take them. */
  async fund(index: number, assets: bigint): Promise<void> {
    await this.done(this.token().transfer([devAccount(index).address, assets]));
    await this.done(this.token(index).approve([this.deployment.vault, 2n ** 256n - 1n]));
  }

  async bond(modelId: bigint, assets: bigint): Promise<void> {
    await this.done(this.vault().bond([modelId, assets]));
  }

  /** Every evaluator has its bond in the vault. */
  async bondSeats(): Promise<void> {
    for (const seatId of accounts.evaluators.keys()) {
      await this.done(this.vault().bondSeat([BigInt(seatId), seatBond]));
    }
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
  get record() {
    return getContract({ address: this.deployment.assay, abi: assayAbi, client: this.chain });
  }

  get money() {
    return getContract({ address: this.deployment.vault, abi: assayVaultAbi, client: this.chain });
  }

  get standards() {
    return getContract({ address: this.deployment.policyBoard, abi: policyBoardAbi, client: this.chain });
  }

  get disputes() {
    return getContract({ address: this.deployment.court, abi: courtAbi, client: this.chain });
  }

  get lens() {
    return getContract({ address: this.deployment.lens, abi: assayLensAbi, client: this.chain });
  }

  /** Tokens of an account, smallest unit. */
  tokensOf(account: Address): Promise<bigint> {
    return getContract({ address: this.deployment.token, abi: erc20Abi, client: this.chain }).read.balanceOf([account]);
  }
}

const noParent: Hex = `0x${"00".repeat(32)}`;

const manifestUri = (name: string) => `http://models.test/${name}.json`;

function testClient(rpcUrl: string) {
  return createTestClient({ mode: "hardhat", transport: http(rpcUrl) });
}

/** An arbitrator that the deployer rules with, free of charge. */
async function deployArbitrator(rpcUrl: string): Promise<Address> {
  const { abi, bytecode } = readArtifact("OwnerArbitrator");
  const deployer = devAccount(accounts.deployer);
  const wallet = createWalletClient({ account: deployer, chain: hardhat, transport: http(rpcUrl) });
  // The compiler wrote both.
  const hash = await wallet.deployContract({
    abi: abi as Abi,
    bytecode: bytecode as Hex,
    args: [deployer.address, 0n],
  });
  const reader = createPublicClient({ transport: http(rpcUrl), pollingInterval: 20 });
  const { contractAddress } = await reader.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("the arbitrator was not deployed");
  return contractAddress;
}
