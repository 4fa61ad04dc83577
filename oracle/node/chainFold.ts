import type { Hex, PublicClient } from "viem";
import { assayAbi, type Deployment } from "../../sdk/index.ts";
import type { Database, Queryable } from "../database/openDatabase.ts";
import {
  type Assignment,
  applyLog,
  type BondMin,
  candidatesFor,
  type RoundRecord,
  readAssignments,
  readRound,
} from "./chainTables.ts";

/** The block that the chain has reached. */
export interface Head {
  readonly number: bigint;
  readonly hash: Hex;
  /** Unix seconds: the only clock that rounds know. */
  readonly timestamp: bigint;
}

/** The part of the chain a node works from, folded from the contract's events into its own tables. */
export interface ChainFold {
  /** Folds every event up to `head`; starts again from the first block when the chain has taken another turn meanwhile. */
  advance(head: Head): Promise<void>;
  round(roundId: bigint): Promise<RoundRecord | undefined>;
  /** What a round measures, by model id: a pure function of the events before its entropy was captured, so every node has the same. */
  assignments(roundId: bigint): Promise<Assignment[]>;
  /** Whether any version could be assigned were the entropy of the round captured now. */
  hasCandidates(roundId: bigint, policyId: bigint): Promise<boolean>;
  /** Forgets rounds before `roundId`. */
  forgetBefore(roundId: bigint): Promise<void>;
}

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
  bondMin: BondMin,
): ChainFold {
  const foldRange = async (fromBlock: bigint, toBlock: bigint): Promise<void> => {
    const [logs, { hash }] = await Promise.all([
      client.getContractEvents({ address: deployment.assay, abi: assayAbi, strict: true, fromBlock, toBlock }),
      client.getBlock({ blockNumber: toBlock }),
    ]);
    await database.transaction(async (tx) => {
      for (const log of logs) await applyLog(tx, log, bondMin);
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
    assignments: (roundId) => readAssignments(database, roundId),
    hasCandidates: async (roundId, policyId) =>
      (await candidatesFor(database, roundId, await bondMin(policyId))).length > 0,
    forgetBefore: (roundId) =>
      database.transaction(async (tx) => {
        await tx.query("delete from assignments where round_id < $1", [roundId.toString()]);
        await tx.query("delete from rounds where round_id < $1", [roundId.toString()]);
      }),
  };
}

async function isStillThere(client: PublicClient, cursor: Cursor, head: Head): Promise<boolean> {
  if (cursor.number > head.number) return false;
  if (cursor.number === head.number) return cursor.hash === head.hash;
  const block = await client.getBlock({ blockNumber: cursor.number });
  return block.hash === cursor.hash;
}

async function forgetChain(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (const table of ["models", "versions", "rounds", "assignments"]) await tx.query(`delete from ${table}`);
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
