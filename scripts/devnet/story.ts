import { type Address, createPublicClient, createWalletClient, erc20Abi, type Hex, http, zeroHash } from "viem";
import { manifestDigest, parseManifest } from "../../evaluation/manifest/manifest.ts";
import { assayAbi, assayVaultAbi, type Deployment } from "../../sdk/index.ts";
import { devAccount, roles } from "./accounts.ts";

const standardLane = 1;

/** A model of the devnet as it was registered. */
export interface RegisteredModel {
  name: string;
  modelId: bigint;
  owner: Address;
}

/** The steps of a developer and a delegator, as transactions on one deployment. Every write waits for its receipt. */
export class Story {
  readonly #deployment: Deployment;
  readonly #transport: ReturnType<typeof http>;
  readonly #reader: ReturnType<typeof createPublicClient>;

  constructor(rpcUrl: string, deployment: Deployment) {
    this.#deployment = deployment;
    this.#transport = http(rpcUrl);
    this.#reader = createPublicClient({ transport: this.#transport, pollingInterval: 100 });
  }

  /**
   * Mints a model with the digest of the manifest that its endpoint serves, bonds stake on it, prepays its evaluation and enters the
   * standard lane.
   */
  async registerAndBond(
    name: string,
    manifestUri: string,
    accountIndex: number,
    { assets, rounds, price }: { assets: bigint; rounds: bigint; price: bigint },
  ): Promise<RegisteredModel> {
    const response = await fetch(manifestUri, { signal: AbortSignal.timeout(10_000) });
    const digest = manifestDigest(parseManifest(await response.json(), manifestUri));
    const owner = devAccount(accountIndex).address;
    const total = assets + rounds * price;
    await this.fund(owner, total);
    const modelId = await this.#register(accountIndex, name, digest, manifestUri);
    await this.#approve(accountIndex, total);
    const wallet = this.#wallet(accountIndex);
    await this.#mined(await wallet.writeContract({ ...this.#vault(), functionName: "bond", args: [modelId, assets] }));
    await this.#mined(
      await wallet.writeContract({ ...this.#vault(), functionName: "prepay", args: [modelId, rounds] }),
    );
    const args = [modelId, standardLane] as const;
    await this.#mined(await wallet.writeContract({ ...this.#assay(), functionName: "setLane", args }));
    return { name, modelId, owner };
  }

  /** Joins a model's pool. */
  async delegate(modelId: bigint, assets: bigint, accountIndex: number): Promise<void> {
    await this.fund(devAccount(accountIndex).address, assets);
    await this.#approve(accountIndex, assets);
    const hash = await this.#wallet(accountIndex).writeContract({
      ...this.#vault(),
      functionName: "delegate",
      args: [modelId, assets],
    });
    await this.#mined(hash);
  }

  /** Pays an evaluator's bond: its seat counts from the next opened round on. */
  async bondSeat(seatId: bigint, assets: bigint, accountIndex: number): Promise<void> {
    await this.fund(devAccount(accountIndex).address, assets);
    await this.#approve(accountIndex, assets);
    const args = [seatId, assets] as const;
    const wallet = this.#wallet(accountIndex);
    await this.#mined(await wallet.writeContract({ ...this.#vault(), functionName: "bondSeat", args }));
  }

  /** Moves a freeze's stake after its window, as anyone may who shows the record that the events carry. */
  async release(versionId: Hex, roundId: bigint): Promise<void> {
    const { request } = await this.#reader.simulateContract({
      address: this.#deployment.vault,
      abi: assayVaultAbi,
      functionName: "release",
      args: [await this.#freezeRecord(versionId, roundId)],
      account: devAccount(roles.deployer),
    });
    await this.#mined(await this.#wallet(roles.deployer).writeContract({ ...request, chain: null }));
  }

  /** The last state of a freeze. */
  async #freezeRecord(versionId: Hex, roundId: bigint) {
    const filter = {
      address: this.#deployment.vault,
      abi: assayVaultAbi,
      args: { versionId, roundId },
      fromBlock: BigInt(this.#deployment.startBlock),
      strict: true,
    } as const;
    const frozen = await this.#reader.getContractEvents({ ...filter, eventName: "StakeFrozen" });
    const changed = await this.#reader.getContractEvents({ ...filter, eventName: "FreezeChanged" });
    const last = changed.at(-1) ?? frozen.at(-1);
    if (!last) throw new Error(`round ${roundId} froze nothing of version ${versionId}`);
    return last.args.frozen;
  }

  /** Sends devnet tokens from the deployer, who holds the whole supply. */
  async fund(to: Address, assets: bigint): Promise<void> {
    const wallet = this.#wallet(roles.deployer);
    const token = { address: this.#deployment.token, abi: erc20Abi, chain: null } as const;
    await this.#mined(await wallet.writeContract({ ...token, functionName: "transfer", args: [to, assets] }));
  }

  async #register(accountIndex: number, name: string, digest: Hex, manifestUri: string): Promise<bigint> {
    const account = devAccount(accountIndex);
    const { request, result } = await this.#reader.simulateContract({
      address: this.#deployment.assay,
      abi: assayAbi,
      functionName: "register",
      args: [name, digest, manifestUri, zeroHash],
      account,
    });
    await this.#mined(await this.#wallet(accountIndex).writeContract({ ...request, chain: null }));
    return result[0];
  }

  async #approve(accountIndex: number, assets: bigint): Promise<void> {
    const token = { address: this.#deployment.token, abi: erc20Abi, chain: null } as const;
    const args = [this.#deployment.vault, assets] as const;
    await this.#mined(await this.#wallet(accountIndex).writeContract({ ...token, functionName: "approve", args }));
  }

  /** The fields every write to the record shares, and to the vault. */
  #assay() {
    return { address: this.#deployment.assay, abi: assayAbi, chain: null } as const;
  }

  #vault() {
    return { address: this.#deployment.vault, abi: assayVaultAbi, chain: null } as const;
  }

  #wallet(accountIndex: number) {
    return createWalletClient({ account: devAccount(accountIndex), transport: this.#transport });
  }

  async #mined(hash: Hex): Promise<void> {
    const receipt = await this.#reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
  }
}
