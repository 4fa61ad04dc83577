import { pino } from "pino";
import type { Hex } from "viem";
import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import { openDatabase } from "../../../oracle/database/openDatabase.ts";
import type { MeasureJob } from "../../../oracle/work/measureJob.ts";
import { openWorkQueue, type WorkQueue } from "../../../oracle/work/workQueue.ts";

export const hashOf = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

export const silent = pino({ level: "silent" });

/** A job on version `n`, served at `host`. */
export const testJob = (n: number, host = "model.example", roundId = 7n): MeasureJob => ({
  purpose: "round",
  chainId: 31_337n,
  assay: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  evaluator: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  roundId,
  roundSeed: hashOf(99),
  modelId: BigInt(n),
  versionId: hashOf(n),
  digest: hashOf(1_000 + n),
  suiteHash: hashOf(5),
  profile: "quick",
  manifest: manifestForEndpoint(`https://${host}/v1`),
});

export interface TestQueue extends WorkQueue {
  end(): Promise<void>;
}

/** A queue in a database of its own: in `directory`, or in memory. */
export async function openTestQueue(directory?: string): Promise<TestQueue> {
  const database = await openDatabase(directory, "");
  const queue = await openWorkQueue({ database, schema: "work", isShared: false, installs: true, log: silent });
  return {
    ...queue,
    end: async () => {
      await queue.close();
      await database.close();
    },
  };
}
