import type { Context } from "ponder:registry";
import { memoryHistory, model, resultLog, version } from "ponder:schema";
import type { Hex } from "viem";
import { hasFlag, laneOf, unpackMemory } from "../../domain/memory.ts";
import type { AnyEvent } from "./activity.ts";

interface WrittenMemory {
  versionId: Hex;
  memoryWord: bigint;
  /** Name of the event that wrote it, and the round it is about. */
  kind: string;
  roundId?: bigint;
}

/**
 * Writes a version's memory word, the lane that the current version's says, and that the model's admission may have changed. A word
 * without the flag has no log any more.
 * @returns whose version it is
 */
export async function foldMemory(context: Context, event: AnyEvent, written: WrittenMemory): Promise<bigint> {
  const { versionId, memoryWord } = written;
  const { db } = context;
  const chainId = context.chain.id;
  const at = event.block.timestamp;
  const memory = unpackMemory(memoryWord);
  const { modelId } = await db.update(version, { chainId, id: versionId }).set({ memoryWord });
  await db.insert(memoryHistory).values({
    chainId,
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    at,
    ...written,
  });
  if (!hasFlag(memory, "logged")) await db.delete(resultLog, { chainId, versionId });
  await db.update(model, { chainId, id: modelId }).set((row) => ({
    changedAt: at,
    lane: row.currentVersionId === versionId ? laneOf(memory) : row.lane,
  }));
  return modelId;
}
