import { type Address, createPublicClient, createWalletClient, erc20Abi, type Hex, http } from "viem";
import { manifestDigest, parseManifest } from "../../evaluation/manifest.ts";
import { assayAbi, type Deployment } from "../../sdk/index.ts";
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

  /** Mints a model with the digest of the manifest that its endpoint serves, bonds stake on it and enters the standard lane. */
  async registerAndBond(
    name: string,
    manifestUri: string,
    accountIndex: number,
    assets: bigint,
  ): Promise<RegisteredModel> {
    const response = await fetch(manifestUri, { signal: AbortSignal.timeout(10_000) });
    const digest = manifestDigest(parseManifest(await response.json(), manifestUri));
    const owner = devAccount(accountIndex).address;
    await this.fund(owner, assets);
    const modelId = await this.#register(accountIndex, name, digest, manifestUri);
    await this.#approve(accountIndex, assets);
    const wallet = this.#wallet(accountIndex);
    await this.#mined(await wallet.writeContract({ ...this.#assay(), functionName: "bond", args: [modelId, assets] }));
    const args = [modelId, standardLane] as const;
    await this.#mined(await wallet.writeContract({ ...this.#assay(), functionName: "setLane", args }));
    return { name, modelId, owner };
  }

  /** Joins a model's pool. */
  async delegate(modelId: bigint, assets: bigint, accountIndex: number): Promise<void> {
    await this.fund(devAccount(accountIndex).address, assets);
    await this.#approve(accountIndex, assets);
    const hash = await this.#wallet(accountIndex).writeContract({
      ...this.#assay(),
      functionName: "delegate",
      args: [modelId, assets],
    });
    await this.#mined(hash);
  }

  /** Moves a freeze's stake after its window, as anyone may. */
  async release(versionId: Hex, roundId: bigint): Promise<void> {
    const { request } = await this.#reader.simulateContract({
      address: this.#deployment.assay,
      abi: assayAbi,
      functionName: "release",
      args: [versionId, roundId],
      account: devAccount(roles.deployer),
    });
    await this.#mined(await this.#wallet(roles.deployer).writeContract({ ...request, chain: null }));
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
      args: [name, digest, manifestUri],
      account,
    });
    await this.#mined(await this.#wallet(accountIndex).writeContract({ ...request, chain: null }));
    return result[0];
  }

  async #approve(accountIndex: number, assets: bigint): Promise<void> {
    const token = { address: this.#deployment.token, abi: erc20Abi, chain: null } as const;
    const args = [this.#deployment.assay, assets] as const;
    await this.#mined(await this.#wallet(accountIndex).writeContract({ ...token, functionName: "approve", args }));
  }

  /** The fields every write to the Assay contract shares. */
  #assay() {
    return { address: this.#deployment.assay, abi: assayAbi, chain: null } as const;
  }

  #wallet(accountIndex: number) {
    return createWalletClient({ account: devAccount(accountIndex), transport: this.#transport });
  }

  async #mined(hash: Hex): Promise<void> {
    const receipt = await this.#reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
  }
}
