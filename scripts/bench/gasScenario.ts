import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Abi, encodeFunctionData, erc20Abi, type Hex, keccak256, toHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { defaultPolicy } from "../../domain/policy.ts";
import { packResult } from "../../domain/result.ts";
import { assayDomain, assayTypes, type ResultEntry } from "../../domain/typedData.ts";
import { assayAbi, assayLensAbi, policyArgument, policyBoardAbi } from "../../sdk/index.ts";
import { GasChain } from "./GasChain.ts";

export const operations = [
  "register",
  "newVersion",
  "firstBond",
  "delegate",
  "stakeMore",
  "requestUnbond",
  "withdraw",
  "post1",
  "post32PerResult",
  "freezeExtra",
  "isAdmitted",
] as const;
export type Operation = (typeof operations)[number];

const seats = 31;
const day = 86_400n;
const unbondingDelay = 14n * day;
const unit = 10n ** 18n;
const chainId = 31_337n;
const modelName = "anchor: support intents";
const uri = "https://models.example.org/anchor/manifest.json";
const permitTokenConstructor: Abi = [
  {
    type: "constructor",
    stateMutability: "nonpayable",
    inputs: [{ type: "string" }, { type: "string" }, { type: "address" }, { type: "uint256" }],
  },
];

const digestOf = (label: string): Hex => keccak256(toHex(label));

/** Result word with the same score in every family, as three evaluators of the standard profile would give it. */
const wordOf = (bps: bigint) =>
  packResult({
    scores: [bps, bps, bps, bps, bps, bps, bps],
    items: 600n,
    attempts: 1_500n,
    retries: 0n,
    hardFailures: 0n,
    flags: 0x7fn,
  });
const good = wordOf(9_950n);
const bad = wordOf(1_000n);

/** 31 seats, a committee of seven, a plain ERC-20, models that are admitted: what the goals are stated for. */
class Scenario {
  readonly #chain: GasChain;
  readonly #signers: readonly PrivateKeyAccount[];
  readonly #token: Hex;
  readonly #assay: Hex;
  readonly #lens: Hex;
  readonly admin: Hex;
  readonly owner: Hex;
  readonly delegator: Hex;

  private constructor(
    chain: GasChain,
    people: { admin: Hex; owner: Hex; delegator: Hex },
    signers: readonly PrivateKeyAccount[],
    contracts: { token: Hex; assay: Hex; lens: Hex },
  ) {
    this.#chain = chain;
    this.#signers = signers;
    this.#token = contracts.token;
    this.#assay = contracts.assay;
    this.#lens = contracts.lens;
    this.admin = people.admin;
    this.owner = people.owner;
    this.delegator = people.delegator;
  }

  static async deploy(chain: GasChain): Promise<Scenario> {
    const [admin = "0x", owner = "0x", delegator = "0x"] = chain.accounts;
    const signers = Array.from({ length: seats }, (_, i) => privateKeyToAccount(digestOf(`signer ${i}`)));
    const token = await chain.deploy("PermitToken", permitTokenConstructor, ["Local", "LOC", admin, 10n ** 9n * unit]);
    const board = await chain.deploy("PolicyBoard", policyBoardAbi, [admin]);
    const policy = policyArgument({ ...defaultPolicy, suiteHash: digestOf("suite") });
    const toBoard = (name: string, data: Hex) => chain.send({ name, from: admin, to: board, data });
    await toBoard("setPolicy", encodeFunctionData({ abi: policyBoardAbi, functionName: "setPolicy", args: [policy] }));
    for (const { address } of signers) {
      const args = [admin, address, digestOf(address)] as const;
      await toBoard("addSeat", encodeFunctionData({ abi: policyBoardAbi, functionName: "addSeat", args }));
    }
    const assay = await chain.deploy("Assay", assayAbi, [token, board, day, unbondingDelay]);
    const lens = await chain.deploy("AssayLens", assayLensAbi, [assay]);
    const scenario = new Scenario(chain, { admin, owner, delegator }, signers, { token, assay, lens });
    for (const account of [owner, delegator]) {
      const args = [account, 10n ** 7n * unit] as const;
      const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args });
      await chain.send({ name: "transfer", from: admin, to: token, data });
    }
    return scenario;
  }

  #send(name: string, from: Hex, data: Hex): Promise<bigint> {
    return this.#chain.send({ name, from, to: this.#assay, data });
  }

  // -------------------------------------------------------------- stake
  register(label: string): Promise<bigint> {
    const args = [modelName, digestOf(label), uri] as const;
    return this.#send("register", this.owner, encodeFunctionData({ abi: assayAbi, functionName: "register", args }));
  }

  addVersion(modelId: bigint, label: string): Promise<bigint> {
    const args = [modelId, digestOf(label), uri] as const;
    return this.#send(
      "addVersion",
      this.owner,
      encodeFunctionData({ abi: assayAbi, functionName: "addVersion", args }),
    );
  }

  async setStandard(modelId: bigint): Promise<void> {
    const args = [modelId, 1] as const;
    await this.#send("setLane", this.owner, encodeFunctionData({ abi: assayAbi, functionName: "setLane", args }));
  }

  /** As a wallet does it: approve exactly what is staked, then stake. Only the second transaction counts. */
  async stake(functionName: "bond" | "delegate", from: Hex, modelId: bigint, assets: bigint): Promise<bigint> {
    const approve = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [this.#assay, assets] });
    await this.#chain.send({ name: "approve", from, to: this.#token, data: approve });
    const args = [modelId, assets] as const;
    return this.#send(functionName, from, encodeFunctionData({ abi: assayAbi, functionName, args }));
  }

  /** Half of the delegator's position. */
  async requestUnbond(modelId: bigint): Promise<bigint> {
    const position = await this.#chain.reads.readContract({
      address: this.#assay,
      abi: assayAbi,
      functionName: "positionOf",
      args: [modelId, this.delegator],
    });
    const args = [modelId, position.shares / 2n] as const;
    const data = encodeFunctionData({ abi: assayAbi, functionName: "requestUnbond", args });
    return this.#send("requestUnbond", this.delegator, data);
  }

  withdraw(modelId: bigint): Promise<bigint> {
    const args = [modelId, this.delegator] as const;
    return this.#send(
      "withdraw",
      this.delegator,
      encodeFunctionData({ abi: assayAbi, functionName: "withdraw", args }),
    );
  }

  // -------------------------------------------------------------- rounds
  /** Opens the next epoch's round and gives it its seed. */
  async drawRound(): Promise<bigint> {
    this.#chain.wait(day);
    await this.#send("openRound", this.admin, encodeFunctionData({ abi: assayAbi, functionName: "openRound" }));
    await this.#chain.mine(2);
    const at = { address: this.#assay, abi: assayAbi } as const;
    const roundId = await this.#chain.reads.readContract({ ...at, functionName: "currentRoundId" });
    const data = encodeFunctionData({ abi: assayAbi, functionName: "captureEntropy", args: [roundId] });
    await this.#send("captureEntropy", this.admin, data);
    return roundId;
  }

  /** Posts results signed by the whole committee. */
  async post(roundId: bigint, results: readonly ResultEntry[]): Promise<bigint> {
    const at = { address: this.#assay, abi: assayAbi } as const;
    const committee = await this.#chain.reads.readContract({ ...at, functionName: "committeeOf", args: [roundId] });
    const message = { roundId, reportsRoot: digestOf("reports"), results: [...results] };
    const domain = assayDomain(chainId, this.#assay);
    const members = this.#signers.filter((_, seat) => ((committee >> BigInt(seat)) & 1n) === 1n);
    const typed = { domain, types: assayTypes, primaryType: "Batch", message } as const;
    const signatures = await Promise.all(members.map((member) => member.signTypedData(typed)));
    const args = [message, committee, signatures] as const;
    return this.#send("post", this.admin, encodeFunctionData({ abi: assayAbi, functionName: "post", args }));
  }

  isAdmittedGas(modelId: bigint): Promise<bigint> {
    const data = encodeFunctionData({ abi: assayLensAbi, functionName: "isAdmitted", args: [modelId] });
    return this.#chain.gasOfColdCall({ name: "isAdmitted", from: this.admin, to: this.#lens, data });
  }

  isAdmitted(modelId: bigint): Promise<boolean> {
    const at = { address: this.#lens, abi: assayLensAbi } as const;
    return this.#chain.reads.readContract({ ...at, functionName: "isAdmitted", args: [modelId] });
  }
}

const entry = (modelId: bigint, label: string, word: bigint): ResultEntry => ({
  modelId,
  digest: digestOf(label),
  word,
});

/** The scenario did not reach the state it measures. */
class GasScenarioError extends Error {
  override name = "GasScenarioError";
}

/** Gas of every operation as a full transaction, in the order of a user's life. The same code gives the same figures. */
export async function measureGas(hre: HardhatRuntimeEnvironment, hardfork: string): Promise<Record<Operation, bigint>> {
  const chain = await GasChain.open(hre, hardfork);
  try {
    const scenario = await Scenario.deploy(chain);
    const stakes = await measureStake(scenario);
    return { ...stakes, ...(await measureResults(scenario)), ...(await measureExit(chain, scenario)) };
  } finally {
    await chain.close();
  }
}

/** The owner's first model; the contract holds other people's tokens already, as it always will but once. */
async function measureStake(scenario: Scenario) {
  const register = await scenario.register("model 1");
  await scenario.register("model 2");
  await scenario.stake("bond", scenario.delegator, 2n, unit);
  await scenario.addVersion(1n, "model 1, second version");
  const newVersion = await scenario.addVersion(1n, "model 1, third version");
  const firstBond = await scenario.stake("bond", scenario.owner, 1n, 2_000n * unit);
  await scenario.stake("delegate", scenario.owner, 1n, 100n * unit);
  const delegate = await scenario.stake("delegate", scenario.delegator, 1n, 100n * unit);
  const stakeMore = await scenario.stake("delegate", scenario.delegator, 1n, 100n * unit);
  return { register, newVersion, firstBond, delegate, stakeMore };
}

/** Thirty-two further models earn their admission, with bonds and delegations; then one fails. */
async function measureResults(scenario: Scenario) {
  const ids = Array.from({ length: 32 }, (_, i) => BigInt(i + 3));
  for (const id of ids) {
    await scenario.register(`model ${id}`);
    await scenario.setStandard(id);
    await scenario.stake("bond", scenario.owner, id, 2_000n * unit);
    await scenario.stake("delegate", scenario.delegator, id, 1_000n * unit);
  }
  const all = ids.map((id) => entry(id, `model ${id}`, good));
  for (let i = 0; i < 3; i++) await scenario.post(await scenario.drawRound(), all);
  for (const id of ids) if (!(await scenario.isAdmitted(id))) throw new GasScenarioError(`model ${id} is not admitted`);
  const post32PerResult = (await scenario.post(await scenario.drawRound(), all)) / 32n;
  const roundId = await scenario.drawRound();
  const post1 = await scenario.post(roundId, [entry(3n, "model 3", good)]);
  const failing = await scenario.post(roundId, [entry(4n, "model 4", bad)]);
  const isAdmitted = await scenario.isAdmittedGas(3n);
  return { post1, post32PerResult, freezeExtra: failing - post1, isAdmitted };
}

/** Half of a position leaves, so that nothing is refunded for an emptied slot. */
async function measureExit(chain: GasChain, scenario: Scenario) {
  const requestUnbond = await scenario.requestUnbond(1n);
  chain.wait(unbondingDelay);
  const withdraw = await scenario.withdraw(1n);
  return { requestUnbond, withdraw };
}
