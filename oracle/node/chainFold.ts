import type { Address, Hex, PublicClient } from "viem";
import type { Policy } from "../../domain/policy.ts";
import type { Deployment } from "../../sdk/index.ts";
import type { Database, Queryable } from "../database/openDatabase.ts";
import { applyEvent } from "./applyEvent.ts";
import { type ChainEvent, readEvents } from "./chainEvents.ts";
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

/** The part of the chain a node works from, folded from the contracts' events into its own tables. */
export interface ChainFold {
  /** Folds every event up to `head`; starts again from the first block when the chain has taken another turn meanwhile. */
  advance(head: Head): Promise<void>;
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
const cursorName = "chain folded to";

interface Cursor {
  readonly number: bigint;
  readonly hash: Hex;
}

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

  const foldRange = async (fromBlock: bigint, toBlock: bigint): Promise<void> => {
    const [events, { hash }] = await Promise.all([
      readEvents(client, deployment, fromBlock, toBlock),
      client.getBlock({ blockNumber: toBlock }),
    ]);
    await database.transaction(async (tx) => {
      for (const block of blocksOf(events)) {
        for (const event of block) await applyEvent(tx, event);
        // What a round may measure stands when the block that opened it does, whatever the order of transactions in it.
        for (const { eventName, args } of block) {
          if (eventName === "RoundOpened") await keepCandidates(tx, args.roundId);
          if (eventName === "EntropyCaptured") await assign(tx, args.roundId);
        }
      }
      await writeCursor(tx, { number: toBlock, hash });
    });
  };

  return {
    async advance(head) {
      const cursor = await readCursor(database);
      const goesOn = cursor !== undefined && (await isStillThere(client, cursor, head));
      if (cursor && !goesOn) await forgetChain(database);
      let from = goesOn ? cursor.number + 1n : BigInt(deployment.startBlock);
      while (from <= head.number) {
        const last = from + blocksPerRequest - 1n;
        const to = last < head.number ? last : head.number;
        await foldRange(from, to);
        from = to + 1n;
      }
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

/** Events in order, cut by block. */
function blocksOf(events: readonly ChainEvent[]): ChainEvent[][] {
  const blocks = new Map<bigint, ChainEvent[]>();
  for (const event of events) {
    const block = blocks.get(event.blockNumber) ?? [];
    blocks.set(event.blockNumber, block);
    block.push(event);
  }
  return [...blocks.values()];
}

async function isStillThere(client: PublicClient, cursor: Cursor, head: Head): Promise<boolean> {
  if (cursor.number > head.number) return false;
  if (cursor.number === head.number) return cursor.hash === head.hash;
  const block = await client.getBlock({ blockNumber: cursor.number });
  return block.hash === cursor.hash;
}

async function forgetChain(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (const table of chainTables) await tx.query(`delete from ${table}`);
    await tx.query("delete from settings where name = $1", [cursorName]);
  });
}

async function readCursor(database: Queryable): Promise<Cursor | undefined> {
  const found = await database.query<{ number: string; hash: Hex }>(
    "select split_part(value, ':', 1) as number, split_part(value, ':', 2) as hash from settings where name = $1",
    [cursorName],
  );
  const [row] = found.rows;
  return row && { number: BigInt(row.number), hash: row.hash };
}

async function writeCursor(tx: Queryable, { number, hash }: Cursor): Promise<void> {
  await tx.query("insert into settings values ($1, $2) on conflict (name) do update set value = excluded.value", [
    cursorName,
    `${number}:${hash}`,
  ]);
}
