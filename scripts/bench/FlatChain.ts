import { type Abi, encodeFunctionData, type Hex, parseAbi, parseEventLogs, type TransactionReceipt } from "viem";
import { assayVaultAbi } from "../../sdk/index.ts";
import type { GasChain } from "./GasChain.ts";
import { day, GasSystem, unbondingDelay, unit } from "./GasSystem.ts";
import { addModels, admit, type Gas, seats } from "./gasScenario.ts";
import { bad, entryOf, good } from "./results.ts";

const crowdAbi = parseAbi([
  "constructor(address assay)",
  "function register(uint256 count)",
  "function delegate(uint256 modelId, uint256 assets)",
  "function spread(uint256 modelId, uint256 count)",
  "function passEpoch()",
]);
type CrowdFunction = "register" | "delegate" | "spread" | "passEpoch";

/** Registrations, and positions, of one transaction: some 30 and 10 million gas. */
const atOnce = 250;
/** Label of a model that is registered and nothing else. */
const registered = "one more";
/** The model with the many delegators. */
const popular = 1n;

/** A system that grows: models, delegators of one of them, and rounds. What is measured is forgotten. */
export class FlatChain {
  readonly #system: GasSystem;
  readonly #crowd: Hex;
  /** Models, delegators and rounds that there are. */
  #population = 0;

  private constructor(system: GasSystem, crowd: Hex) {
    this.#system = system;
    this.#crowd = crowd;
  }

  static async deploy(chain: GasChain): Promise<FlatChain> {
    const system = await GasSystem.deploy(chain, seats);
    const { admin, contracts } = system;
    const crowd = await chain.deploy("Crowd", crowdAbi, [contracts.assay]);
    const flat = new FlatChain(system, crowd);
    await system.addStandardModel(popular);
    await system.send(admin, "token", "transfer", [crowd, 1_000n * unit]);
    await flat.#crowdDoes("delegate", [popular, 1_000n * unit]);
    return flat;
  }

  #crowdDoes(functionName: CrowdFunction, args: readonly unknown[]) {
    const abi: Abi = crowdAbi;
    const data = encodeFunctionData({ abi, functionName, args });
    return this.#system.chain.send({ name: functionName, from: this.#system.admin, to: this.#crowd, data });
  }

  // -------------------------------------------------------------- grow
  async growTo(population: number): Promise<void> {
    for (let done = this.#population; done < population; done += atOnce) {
      const count = BigInt(Math.min(atOnce, population - done));
      await this.#crowdDoes("register", [count]);
      await this.#crowdDoes("spread", [popular, count]);
    }
    for (let done = this.#population; done < population; done++) {
      this.#system.chain.wait(day);
      await this.#crowdDoes("passEpoch", []);
    }
    this.#population = population;
  }

  // -------------------------------------------------------------- measure
  async measure(): Promise<Gas> {
    const { chain } = this.#system;
    const record = await chain.trying(() => this.#measureRecord());
    return { ...record, ...(await chain.trying(() => this.#measureStake())) };
  }

  /** Results of the popular model and of seven newcomers. The new version comes after a failure, and inherits its log. */
  async #measureRecord(): Promise<Gas> {
    const system = this.#system;
    const register = await system.register(registered);
    const newcomers = await addModels(system, (await system.modelCount()) + 1n, 7);
    const [other = 0n] = newcomers;
    const ids = [popular, ...newcomers];
    await admit(system, ids);
    const { roundId, openRound, captureEntropy } = await system.drawRound();
    const { gasUsed: post8 } = await system.post(
      roundId,
      ids.map((id) => entryOf(id, good)),
    );
    const { gasUsed: post1 } = await system.postNext([entryOf(popular, good)]);
    const isAdmitted = await system.coldCall("assay", "isAdmitted", [popular]);
    const requireAdmitted = await system.coldCall("lens", "requireAdmitted", [popular, 30n * day]);
    await system.postNext([entryOf(other, bad)]);
    const failure = await system.postNext([entryOf(popular, bad)]);
    const newVersion = await system.addVersion(popular, "another version");
    const release = await this.#release(failure.logs);
    const claimFee = await system.send(system.admin, "vault", "claimFee", [roundId, 0n]);
    const gas = { register, newVersion, openRound, captureEntropy, post1, post8, postFailing: failure.gasUsed };
    return { ...gas, release, claimFee, isAdmitted, requireAdmitted };
  }

  async #release(logs: TransactionReceipt["logs"]): Promise<bigint> {
    const [frozen] = parseEventLogs({ abi: assayVaultAbi, eventName: "StakeFrozen", logs });
    this.#system.chain.wait(8n * day);
    return this.#system.send(this.#system.admin, "vault", "release", [frozen?.args.frozen]);
  }

  /** Stake of the popular model. */
  async #measureStake(): Promise<Gas> {
    const system = this.#system;
    const { admin, owner, delegator } = system;
    const bondMore = await system.bond(owner, popular, unit);
    const delegate = await system.delegate(owner, popular, unit);
    const stakeMore = await system.delegate(owner, popular, unit);
    const stranger = `0x${"5a".repeat(20)}`;
    const transferShares = await system.send(owner, "vault", "transfer", [stranger, popular, unit]);
    const pay = await system.take(admin, 70n * unit, "pay", [popular, 70n * unit]);
    const prepay = await system.take(admin, unit, "prepay", [popular, 1n]);
    system.chain.wait(day);
    const settleFees = await system.send(admin, "vault", "settleFees", [popular]);
    const requestUnbond = await system.send(delegator, "vault", "requestUnbond", [popular, unit]);
    system.chain.wait(unbondingDelay);
    const withdraw = await system.send(delegator, "vault", "withdraw", [popular, delegator]);
    return { bondMore, delegate, stakeMore, transferShares, pay, prepay, settleFees, requestUnbond, withdraw };
  }
}
