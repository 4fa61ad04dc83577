import { type Address, BaseError, ContractFunctionRevertedError, type Hex } from "viem";
import { versionIdOf } from "../../../domain/version.ts";
import { devAccount } from "../../../scripts/devnet/accounts.ts";
import type { Random } from "../../domain/differential/random.ts";
import type { PostedBatch } from "../playRound.ts";
import { accounts, digestOf, type Stage, token } from "../Stage.ts";

/** Those who register, bond, delegate and pay. */
export const stakers = [accounts.owner, accounts.other, accounts.delegator, accounts.second] as const;

/** Whom tokens and seats belong to, by address. */
const indexes = new Map<Address, number>(
  Array.from({ length: 20 }, (_, index) => [devAccount(index).address, index] as const),
);

/** Something that somebody does; it may be refused. */
export type Act = (history: History) => Promise<void>;

/** An act, and how many times as often as the rarest ones it is tried. */
export type Often = readonly [times: number, act: Act];

/** A chain on which anything may happen next, as far as it is legal. */
export class History {
  readonly stage: Stage;
  readonly random: Random;
  /** Names of each model's versions, oldest first: digests are theirs. */
  versions = new Map<bigint, string[]>();
  /** Batches that were posted, by round. */
  posted = new Map<bigint, PostedBatch[]>();
  /** Accounts whose keys no seat has had. */
  #nextKey: number = accounts.spareKey;

  constructor(stage: Stage, random: Random) {
    this.stage = stage;
    this.random = random;
  }

  /** Everybody has tokens, and the evaluators their bonds. */
  async begin(): Promise<void> {
    for (const index of [...stakers, ...accounts.evaluators]) await this.stage.fund(index, 10n ** 6n * token);
    await this.stage.bondSeats();
  }

  /** Does what may be refused. @returns whether it was done */
  async attempt(act: Act): Promise<boolean> {
    try {
      await act(this);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  /**
   * Lets something happen, and then lets it not have happened: the chain goes on from before.
   * @returns the number of the last block that is none any more
   */
  async orphan(happen: () => Promise<void>): Promise<bigint> {
    const { versions, posted } = this;
    this.versions = new Map([...versions].map(([modelId, names]) => [modelId, [...names]]));
    this.posted = new Map(posted);
    const before = await this.stage.snapshot();
    await happen();
    const { number } = await this.stage.chain.getBlock();
    await this.stage.revert(before);
    Object.assign(this, { versions, posted });
    return number;
  }

  // ---------------------------------------------------------------- whom it is about
  anyModel(): bigint {
    return this.random.pick([...this.versions.keys()]);
  }

  async ownerOf(modelId: bigint): Promise<number> {
    const [owner] = await this.stage.record.read.ownerAndLane([modelId]);
    return indexOf(owner);
  }

  /** Those who hold shares of a model of one kind, and how many. */
  async holders(kind: "shares" | "unbondingShares") {
    const { money } = this.stage;
    const pairs = [...this.versions.keys()].flatMap((modelId) => stakers.map((by) => ({ modelId, by })));
    const held = await Promise.all(
      pairs.map(async (pair) => {
        const position = await money.read.positionOf([pair.modelId, this.stage.addressOf(pair.by)]);
        return { ...pair, shares: position[kind], unlocksAt: BigInt(position.unlocksAt) };
      }),
    );
    return held.filter(({ shares }) => shares > 0n);
  }

  async seatOwner(seatId: bigint): Promise<number> {
    const { owner } = await this.stage.standards.read.seat([seatId]);
    return indexOf(owner);
  }

  async anySeat(): Promise<bigint> {
    return this.random.uniform(0n, (await this.stage.standards.read.seatCount()) - 1n);
  }

  versionIds(): Hex[] {
    return [...this.versions].flatMap(([modelId, names]) => names.map((name) => versionIdOf(modelId, digestOf(name))));
  }

  nextKey(): number {
    this.#nextKey += 1;
    return this.#nextKey;
  }

  async now(): Promise<bigint> {
    return (await this.stage.chain.getBlock()).timestamp;
  }
}

function indexOf(address: Address): number {
  const index = indexes.get(address);
  if (index === undefined) throw new Error(`nobody acts for ${address}`);
  return index;
}

/** Whether a contract has refused it; anything else is a fault of the test. */
function isRefusal(error: unknown): boolean {
  return error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null;
}
