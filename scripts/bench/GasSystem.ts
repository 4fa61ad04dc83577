import {
  type Abi,
  concat,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  keccak256,
  parseAbi,
  parseSignature,
  type Signature,
  serializeCompactSignature,
  signatureToCompactSignature,
  type TransactionReceipt,
  toHex,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { assayDomain, assayTypes, courtDomain, courtTypes, type ResultEntry } from "../../domain/typedData.ts";
import { assayAbi, assayLensAbi, assayVaultAbi, courtAbi, policyArgument, policyBoardAbi } from "../../sdk/index.ts";
import type { GasChain } from "./GasChain.ts";

export const day = 86_400n;
export const unit = 10n ** 18n;
export const unbondingDelay = 14n * day;
const epochLength = day;
const chainId = 31_337n;
const seatBond = 20_000n * unit;
const commons = 1_000_000n * unit;
const permitTokenAbi = [
  ...erc20Abi,
  ...parseAbi(["constructor(string,string,address,uint256)", "function nonces(address) view returns (uint256)"]),
] as const;
const permitTypes = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

const abis = {
  token: permitTokenAbi,
  board: policyBoardAbi,
  assay: assayAbi,
  vault: assayVaultAbi,
  court: courtAbi,
  lens: assayLensAbi,
} as const satisfies Record<string, Abi>;
export type ContractName = keyof typeof abis;

export const digestOf = (label: string): Hex => keccak256(toHex(label));

const compact = (signature: Hex): Hex =>
  serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));

/** The whole system on a chain of its own: bonded seats whose keys we hold, a plain ERC-20, two people with tokens. */
export class GasSystem {
  readonly chain: GasChain;
  readonly contracts: Readonly<Record<ContractName, Hex>>;
  readonly #signers: PrivateKeyAccount[] = [];
  readonly admin: Hex;
  readonly owner: Hex;
  readonly delegator: Hex;

  private constructor(chain: GasChain, contracts: Readonly<Record<ContractName, Hex>>) {
    this.chain = chain;
    this.contracts = contracts;
    const [admin = "0x", owner = "0x", delegator = "0x"] = chain.accounts;
    this.admin = admin;
    this.owner = owner;
    this.delegator = delegator;
  }

  static async deploy(chain: GasChain, seats: number, rules: Partial<Policy> = {}): Promise<GasSystem> {
    const [admin = "0x"] = chain.accounts;
    const token = await chain.deploy("PermitToken", permitTokenAbi, ["Local", "LOC", admin, 10n ** 9n * unit]);
    const board = await chain.deploy("PolicyBoard", policyBoardAbi, [admin]);
    const [vaultAt, courtAt] = [await chain.nextAddress(1n), await chain.nextAddress(2n)];
    const assay = await chain.deploy("Assay", assayAbi, [board, vaultAt, courtAt, epochLength]);
    const vault = await chain.deploy("AssayVault", assayVaultAbi, [token, assay, unbondingDelay]);
    const court = await chain.deploy("Court", courtAbi, [assay]);
    const lens = await chain.deploy("AssayLens", assayLensAbi, [assay]);
    const system = new GasSystem(chain, { token, board, assay, vault, court, lens });
    const policy = policyArgument({ ...defaultPolicy, suiteHash: digestOf("suite"), ...rules });
    await system.send(admin, "board", "announcePolicy", [policy]);
    await system.send(admin, "board", "connect", [assay]);
    for (const account of [system.owner, system.delegator]) {
      await system.send(admin, "token", "transfer", [account, 10n ** 7n * unit]);
    }
    await system.approve(admin, commons);
    await system.send(admin, "vault", "fundCommons", [commons]);
    for (let i = 0; i < seats; i++) await system.addSeat();
    return system;
  }

  // -------------------------------------------------------------- transactions
  receipt(from: Hex, to: ContractName, functionName: string, args: readonly unknown[]): Promise<TransactionReceipt> {
    const abi: Abi = abis[to];
    const data = encodeFunctionData({ abi, functionName, args });
    return this.chain.send({ name: functionName, from, to: this.contracts[to], data });
  }

  /** Gas that the sender pays. */
  async send(from: Hex, to: ContractName, functionName: string, args: readonly unknown[]): Promise<bigint> {
    return (await this.receipt(from, to, functionName, args)).gasUsed;
  }

  /** Gas of a call from another contract to a cold account. */
  coldCall(to: ContractName, functionName: string, args: readonly unknown[]): Promise<bigint> {
    const abi: Abi = abis[to];
    const data = encodeFunctionData({ abi, functionName, args });
    return this.chain.gasOfColdCall({ name: functionName, from: this.admin, to: this.contracts[to], data });
  }

  /** As a wallet does it before the vault takes tokens: exactly what it takes. */
  async approve(from: Hex, assets: bigint): Promise<void> {
    await this.send(from, "token", "approve", [this.contracts.vault, assets]);
  }

  /** What takes tokens, after its approval. Only the second transaction counts. */
  async take(from: Hex, assets: bigint, functionName: string, args: readonly unknown[]): Promise<bigint> {
    await this.approve(from, assets);
    return this.send(from, "vault", functionName, args);
  }

  /** Without an approval: the permit says it. */
  async takeWithPermit(from: Hex, assets: bigint, functionName: string, modelId: bigint): Promise<bigint> {
    const deadline = 1n << 40n;
    const { v, r, s } = await this.#permit(from, assets, deadline);
    return this.send(from, "vault", functionName, [modelId, assets, deadline, Number(v), r, s]);
  }

  async #permit(owner: Hex, value: bigint, deadline: bigint): Promise<Signature> {
    const { token, vault } = this.contracts;
    const at = { address: token, abi: permitTokenAbi } as const;
    const nonce = await this.chain.reads.readContract({ ...at, functionName: "nonces", args: [owner] });
    const domain = { name: "Local", version: "1", chainId, verifyingContract: token };
    const message = { owner, spender: vault, value, nonce, deadline };
    const typed = { domain, types: permitTypes, primaryType: "Permit", message } as const;
    return parseSignature(await this.chain.wallet.signTypedData({ account: owner, ...typed }));
  }

  // -------------------------------------------------------------- seats
  /** Seats one more evaluator and bonds it. Gas of the bond. */
  async addSeat(): Promise<bigint> {
    const seatId = this.#signers.length;
    const signer = privateKeyToAccount(digestOf(`signer ${seatId}`));
    this.#signers.push(signer);
    await this.send(this.admin, "board", "addSeat", [this.admin, signer.address, digestOf(signer.address)]);
    return this.take(this.admin, seatBond, "bondSeat", [BigInt(seatId), seatBond]);
  }

  // -------------------------------------------------------------- models
  register(label: string): Promise<bigint> {
    return this.send(this.owner, "assay", "register", [modelName, digestOf(label), uri, zero]);
  }

  addVersion(modelId: bigint, label: string): Promise<bigint> {
    return this.send(this.owner, "assay", "addVersion", [modelId, digestOf(label), uri, zero]);
  }

  setLane(modelId: bigint): Promise<bigint> {
    return this.send(this.owner, "assay", "setLane", [modelId, 1]);
  }

  bond(from: Hex, modelId: bigint, assets: bigint): Promise<bigint> {
    return this.take(from, assets, "bond", [modelId, assets]);
  }

  delegate(from: Hex, modelId: bigint, assets: bigint): Promise<bigint> {
    return this.take(from, assets, "delegate", [modelId, assets]);
  }

  /** A model in the standard lane with a bond and one delegation. */
  async addStandardModel(modelId: bigint): Promise<void> {
    await this.register(labelOf(modelId));
    await this.setLane(modelId);
    await this.bond(this.owner, modelId, 2_000n * unit);
    await this.delegate(this.delegator, modelId, 1_000n * unit);
  }

  /** Part of the delegator's position that is active. */
  async sharesOf(modelId: bigint): Promise<bigint> {
    const at = { address: this.contracts.vault, abi: assayVaultAbi } as const;
    const args = [modelId, this.delegator] as const;
    const { shares } = await this.chain.reads.readContract({ ...at, functionName: "positionOf", args });
    return shares;
  }

  isAdmitted(modelId: bigint): Promise<boolean> {
    const at = { address: this.contracts.assay, abi: assayAbi } as const;
    return this.chain.reads.readContract({ ...at, functionName: "isAdmitted", args: [modelId] });
  }

  modelCount(): Promise<bigint> {
    const at = { address: this.contracts.assay, abi: assayAbi } as const;
    return this.chain.reads.readContract({ ...at, functionName: "modelCount" });
  }

  // -------------------------------------------------------------- rounds
  /** Opens the next epoch's round and gives it its seed. */
  async drawRound(): Promise<{ roundId: bigint; openRound: bigint; captureEntropy: bigint }> {
    this.chain.wait(epochLength);
    const openRound = await this.send(this.admin, "assay", "openRound", []);
    await this.chain.mine(2);
    const at = { address: this.contracts.assay, abi: assayAbi } as const;
    const roundId = await this.chain.reads.readContract({ ...at, functionName: "currentRoundId" });
    const captureEntropy = await this.send(this.admin, "assay", "captureEntropy", [roundId]);
    return { roundId, openRound, captureEntropy };
  }

  /** Posts results signed by the round's whole committee. */
  async post(roundId: bigint, results: readonly ResultEntry[]): Promise<TransactionReceipt> {
    const at = { address: this.contracts.assay, abi: assayAbi } as const;
    const args = [roundId, 0n] as const;
    const committee = await this.chain.reads.readContract({ ...at, functionName: "committeeOf", args });
    const message = { roundId, shard: 0n, reportsRoot: digestOf("reports"), results: [...results] };
    const domain = assayDomain(chainId, this.contracts.assay);
    const typed = { domain, types: assayTypes, primaryType: "Batch", message } as const;
    const signatures = await this.#signedBy(committee, (signer) => signer.signTypedData(typed));
    return this.receipt(this.admin, "assay", "post", [message, committee, signatures]);
  }

  /** Posts results to a round of their own. */
  async postNext(results: readonly ResultEntry[]): Promise<TransactionReceipt> {
    return this.post((await this.drawRound()).roundId, results);
  }

  /** The whole second committee of a dispute says `word`. */
  async reevaluate(disputeId: bigint, word: bigint): Promise<bigint> {
    const at = { address: this.contracts.court, abi: courtAbi } as const;
    const args = [disputeId] as const;
    const { committee, versionId } = await this.chain.reads.readContract({ ...at, functionName: "dispute", args });
    const reportsRoot = digestOf("reports");
    const domain = courtDomain(chainId, this.contracts.court);
    const message = { disputeId, versionId, word, reportsRoot };
    const typed = { domain, types: courtTypes, primaryType: "Reevaluation", message } as const;
    const signatures = await this.#signedBy(committee, (signer) => signer.signTypedData(typed));
    return this.send(this.admin, "court", "postReevaluation", [disputeId, word, reportsRoot, committee, signatures]);
  }

  /** 64 bytes a seat of the committee, lowest seat first. */
  async #signedBy(committee: bigint, sign: (signer: PrivateKeyAccount) => Promise<Hex>): Promise<Hex> {
    const members = this.#signers.filter((_, seat) => ((committee >> BigInt(seat)) & 1n) === 1n);
    return concat((await Promise.all(members.map(sign))).map(compact));
  }
}

const modelName = "anchor: support intents";
const uri = "https://models.example.org/anchor/manifest.json";
const zero = `0x${"00".repeat(32)}` as const;

export const labelOf = (modelId: bigint) => `model ${modelId}`;
