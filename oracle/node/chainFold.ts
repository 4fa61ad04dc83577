import { type Address, BlockNotFoundError, type Hex, type PublicClient } from "viem";
import type { Policy } from "../../domain/policy.ts";
import type { Deployment } from "../../sdk/index.ts";
import type { Database, Queryable } from "../database/openDatabase.ts";
import { applyEvent } from "./applyEvent.ts";
import { type ChainEvent, readEvents } from "./chainEvents.ts";
import { addCheckpoint, type Checkpoint, forgetChain, noteChangesOf, readCheckpoints, rewindTo } from "./chainUndo.ts";
import { keepCandidates, readCandidates, takeCandidates } from "./modelTables.ts";
import { chainTables, roundTables } from "./nodeSchema.ts";
import {
  addAssignment,
  type RoundRecord,
  type RoundSeat,
  readAssignments,
  readPlace,
  readResults,
  readRound,
  readSeats,
  readUnpaidRounds,
} from "./roundTables.ts";
import { epochStartOf } from "./roundTiming.ts";
import { type Assignment, isWorthOpening, type MeasuringRound, versionsToMeasure } from "./versionsToMeasure.ts";

/** The block that the chain has reached. */
export interface Head {
  readonly number: bigint;
  readonly hash: Hex;
  /** Unix seconds: the only clock that rounds know. */
  readonly timestamp: bigint;
}

/** The chain has taken another turn than the one that was folded. */
export interface Reorg {
  /** The block from which on it was folded again. */
  readonly from: bigint;
  /** The block up to which it had been folded before. */
  readonly to: bigint;
  /** Whether it went further back than changes are kept, so that everything was folded again. */
  readonly whole: boolean;
}

/** The part of the chain a node works from, folded from the contracts' events into its own tables. */
export interface ChainFold {
  /**
   * Folds every event up to `head`. When the chain has taken another turn meanwhile, what the blocks that are gone had changed is taken
   * back first; beyond `reorgBlocks` everything is folded again from the first block.
   * @returns the turn it has taken, if any
   */
  advance(head: Head): Promise<Reorg | undefined>;
  round(roundId: bigint): Promise<RoundRecord | undefined>;
  /** The seat list of a round, with the keys and hash chains of the moment it opened. */
  seats(roundId: bigint): Promise<RoundSeat[]>;
  /**
   * What one committee of a round measures, by model id: a pure function of the events up to the end of the block that opened the round,
   * and of its seed, so every node has the same.
   */
  assignments(roundId: bigint, shard: bigint): Promise<Assignment[]>;
  /** Transactions that posted a round's results, by version. */
  results(roundId: bigint): Promise<ReadonlyMap<Hex, Hex>>;
  /** Rounds from one to another, both included, in which an evaluator has not been paid; oldest first. */
  unpaidRounds(from: bigint, to: bigint): Promise<RoundRecord[]>;
  /** Where a key stands on the list of seats that was sealed last; undefined while there is no list. */
  place(signer: Address): Promise<{ readonly place: number | undefined; readonly seats: number } | undefined>;
  /**
   * Whether a round opened now under a policy might measure anything.
   * @param lottery Whether the commons fund can pay for a lottery slot.
   */
  isWorthOpening(roundId: bigint, policyId: bigint, lottery: boolean): Promise<boolean>;
  /** Forgets rounds before `roundId`. */
  forgetBefore(roundId: bigint): Promise<void>;
}

/** A policy by its number. Policies never change once they are announced. */
export type PolicyOf = (policyId: bigint) => Promise<Policy>;

/** Blocks asked for at once: many RPC services refuse more. */
const blocksPerRequest = 1_000n;
/** Blocks whose changes can be taken back: two epochs of Ethereum, after which it is final. */
export const reorgBlocks = 64n;

export function createChainFold(
  database: Database,
  client: PublicClient,
  deployment: Deployment,
  policyOf: PolicyOf,
): ChainFold {
  const measuringRound = async (roundId: bigint, policyId: bigint): Promise<MeasuringRound> => ({
    roundId,
    epochStart: epochStartOf(deployment, roundId),
    policy: await policyOf(policyId),
  });

  const assign = async (tx: Queryable, roundId: bigint): Promise<void> => {
    const record = await readRound(tx, roundId);
    if (!record?.drawn) return;
    const shards = BigInt(record.drawn.committees.length);
    const round = { ...(await measuringRound(roundId, record.policyId)), ...record.drawn, shards };
    for (const assignment of versionsToMeasure(round, await takeCandidates(tx, roundId)))
      await addAssignment(tx, roundId, assignment);
  };

  /** Folds a range of blocks; none of it when the chain took another turn while it was read. */
  const foldRange = async (fromBlock: bigint, toBlock: bigint, head: Head): Promise<boolean> => {
    const events = await readEvents(client, deployment, fromBlock, toBlock);
    const hash = await hashAt(client, toBlock);
    if (hash === undefined || (toBlock === head.number && hash !== head.hash)) return false;
    const keptFrom = head.number - reorgBlocks + 1n;
    await database.transaction(async (tx) => {
      for (const block of blocksOf(events)) {
        const [{ blockNumber }] = block;
        await noteChangesOf(tx, blockNumber >= keptFrom ? blockNumber : undefined);
        for (const event of block) await applyEvent(tx, event);
        // What a round may measure stands when the block that opened it does, whatever the order of transactions in it.
        for (const { eventName, args } of block) {
          if (eventName === "RoundOpened") await keepCandidates(tx, args.roundId);
          if (eventName === "EntropyCaptured") await assign(tx, args.roundId);
        }
      }
      await addCheckpoint(tx, { number: toBlock, hash }, keptFrom);
    });
    return true;
  };

  const foldFrom = async (firstBlock: bigint, head: Head): Promise<void> => {
    const settled = head.number - reorgBlocks;
    let from = firstBlock;
    while (from <= head.number) {
      // A range ends where changes begin to be kept, so that there is a checkpoint to go back to.
      const to = least(from + blocksPerRequest - 1n, from <= settled ? settled : head.number);
      if (!(await foldRange(from, to, head))) return;
      from = to + 1n;
    }
  };

  return {
    async advance(head) {
      const checkpoints = await readCheckpoints(database);
      const [last] = checkpoints;
      // An endpoint that is a block behind tells nothing new.
      if (checkpoints.some(({ number, hash }) => number === head.number && hash === head.hash)) return undefined;
      const shared = await lastShared(client, checkpoints, head);
      if (last && shared && shared !== last) await database.transaction((tx) => rewindTo(tx, shared.number));
      if (!shared) await database.transaction((tx) => forgetChain(tx, chainTables));
      await foldFrom(shared ? shared.number + 1n : BigInt(deployment.startBlock), head);
      if (!last || shared === last) return undefined;
      return { from: shared ? shared.number + 1n : BigInt(deployment.startBlock), to: last.number, whole: !shared };
    },
    round: (roundId) => readRound(database, roundId),
    seats: (roundId) => readSeats(database, roundId),
    assignments: (roundId, shard) => readAssignments(database, roundId, shard),
    results: (roundId) => readResults(database, roundId),
    unpaidRounds: (from, to) => readUnpaidRounds(database, from, to),
    place: (signer) => readPlace(database, signer),
    isWorthOpening: async (roundId, policyId, lottery) =>
      isWorthOpening(await measuringRound(roundId, policyId), await readCandidates(database), lottery),
    forgetBefore: (roundId) =>
      database.transaction(async (tx) => {
        for (const table of roundTables)
          await tx.query(`delete from ${table} where round_id < $1`, [roundId.toString()]);
      }),
  };
}

/** Events in order, cut by block; each block has one at least. */
function blocksOf(events: readonly ChainEvent[]): [ChainEvent, ...ChainEvent[]][] {
  const blocks = new Map<bigint, [ChainEvent, ...ChainEvent[]]>();
  for (const event of events) {
    const block = blocks.get(event.blockNumber);
    if (block) block.push(event);
    else blocks.set(event.blockNumber, [event]);
  }
  return [...blocks.values()];
}

/** The latest block up to which was folded, and which is still on the chain. */
async function lastShared(
  client: PublicClient,
  checkpoints: readonly Checkpoint[],
  head: Head,
): Promise<Checkpoint | undefined> {
  for (const checkpoint of checkpoints) {
    if (checkpoint.number > head.number) continue;
    const hash = checkpoint.number === head.number ? head.hash : await hashAt(client, checkpoint.number);
    if (hash === checkpoint.hash) return checkpoint;
  }
  return undefined;
}

/** Hash of a block, undefined when there is none of this number. */
async function hashAt(client: PublicClient, blockNumber: bigint): Promise<Hex | undefined> {
  try {
    return (await client.getBlock({ blockNumber })).hash;
  } catch (error) {
    if (error instanceof BlockNotFoundError) return undefined;
    throw error;
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
