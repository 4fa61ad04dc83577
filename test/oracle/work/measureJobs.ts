import { pino } from "pino";
import type { Hex } from "viem";
import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import type { DatabasePlace } from "../../../oracle/database/databasePlace.ts";
import { openDatabase } from "../../../oracle/database/openDatabase.ts";
import type { MeasureJob } from "../../../oracle/work/measureJob.ts";
import { queuePlace } from "../../../oracle/work/queuePlace.ts";
import { openWorkQueue, type WorkQueue } from "../../../oracle/work/workQueue.ts";

export const hashOf = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

export const silent = pino({ level: "silent" });

interface JobChoice {
  readonly roundId?: bigint;
  readonly host?: string;
}

/** A job on version `n`. */
export const testJob = (n: number, { roundId = 7n, host = "model.example" }: JobChoice = {}): MeasureJob => ({
  chainId: 31_337n,
  contract: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  evaluator: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  contractId: roundId,
  roundId,
  measuredRoundId: roundId,
  roundSeed: hashOf(99),
  modelId: BigInt(n),
  versionId: hashOf(n),
  digest: hashOf(1_000 + n),
  suiteHash: hashOf(5),
  profile: "quick",
  manifest: manifestForEndpoint(`https://${host}/v1`),
});

export interface TestQueue extends WorkQueue {
  /** All that the queue's tables say of jobs. */
  jobRows(): Promise<string>;
  end(): Promise<void>;
}

/** A queue as a node opens it. */
export async function openTestQueue(place: DatabasePlace): Promise<TestQueue> {
  const database = await openDatabase(place, "");
  const { schema, isShared } = queuePlace(place);
  const queue = await openWorkQueue({ database, schema, isShared, installs: true, log: silent });
  return {
    ...queue,
    async jobRows() {
      const found = await database.query<{ row: string }>(`select to_jsonb(job)::text as row from ${schema}.job`);
      return found.rows.map(({ row }) => row).join();
    },
    end: async () => {
      await queue.close();
      await database.close();
    },
  };
}
