import { setTimeout as pause } from "node:timers/promises";
import { eq, sql } from "ponder";
import * as tables from "../ponder.schema.ts";
import type { Head, QuerySource } from "./QueryContext.ts";

/** How far the tables are. */
export interface Tip {
  head: Head | undefined;
  finalizedBlock: bigint | undefined;
  /** No block is being written: the rows are those after `head`, all of them. */
  settled: boolean;
}

/** Ponder's checkpoints are digits: time (10), chain (16), block number (16), place in the block. */
const blockNumberOf = (checkpoint: string) => BigInt(checkpoint.slice(26, 42));

/**
 * Reads how far the tables are. Ponder's own record of the last complete block is written after the block's rows; on the
 * embedded database, where a reader sees rows as they are written, a row of a later block tells that one is on its way.
 */
async function readTip({ db, deployment }: QuerySource): Promise<Tip> {
  const { activity, head } = tables;
  const { chainId } = deployment;
  const [row] = await db
    .select({
      head,
      complete: sql<string | null>`(select latest_checkpoint from _ponder_checkpoint where chain_id = ${chainId})`,
      finalized: sql<string | null>`(select finalized_checkpoint from _ponder_checkpoint where chain_id = ${chainId})`,
      newest: sql<
        string | null
      >`(select max(${activity.blockNumber})::text from ${activity} where ${activity.chainId} = ${chainId})`,
    })
    .from(head)
    .where(eq(head.chainId, chainId));
  if (!row?.complete || !row.finalized) return { head: row?.head, finalizedBlock: undefined, settled: false };
  const complete = blockNumberOf(row.complete);
  const settled = row.head.number === complete && BigInt(row.newest ?? 0) <= complete;
  return { head: row.head, finalizedBlock: blockNumberOf(row.finalized), settled };
}

const stepMillis = 10;
/** How long a query waits for a block to be written; after that it is answered from what is there (while catching up). */
const patienceMillis = 1_000;
const maxAttempts = 3;

async function settledTip(source: QuerySource): Promise<Tip> {
  for (let waited = 0; ; waited += stepMillis) {
    const tip = await readTip(source);
    if (tip.settled || waited >= patienceMillis) return tip;
    await pause(stepMillis);
  }
}

/**
 * Answers from one block: reads when none is being written, and once more (at most three times) when one came in between. So no
 * answer mixes two blocks, although it takes many reads.
 */
export async function readAtTip<T>(source: QuerySource, read: (tip: Tip) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const tip = await settledTip(source);
    const answer = await read(tip);
    const after = await readTip(source);
    const unchanged = after.settled && after.head?.hash === tip.head?.hash;
    if (unchanged || !tip.settled || attempt === maxAttempts) return answer;
  }
}
