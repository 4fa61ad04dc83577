import { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Database } from "../database/openDatabase.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { roundLinksSchema } from "./roundLinks.ts";

/** The one queue there is. */
export const queueName = "measure";

/** A job whose worker has not been heard of for so many seconds is another worker's. The least that pg-boss takes is 10. */
export const heartbeatSeconds = 15;

export interface BossParts {
  readonly database: Database;
  /** Of the queue's tables: a worker needs no other. */
  readonly schema: string;
  /** Whether the database is on a server, where others take jobs, too. */
  readonly isShared: boolean;
  /** Whether tables are made when they are not there: by the node, never by its workers. */
  readonly installs: boolean;
  readonly log: Logger;
}

/** pg-boss does nothing here by its own clock: a node that waits for its next round asks the database nothing about jobs. */
const longestInterval = 86_400;

/**
 * Starts pg-boss on the node's database.
 * @throws RefusedStart when the tables are not there and are not to be made, or are those of another version.
 */
export async function openBoss({ database, schema, isShared, installs, log }: BossParts): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.executeSql(text, values) },
    backend: isShared ? "postgres" : "pglite",
    schema,
    migrate: installs,
    createSchema: installs,
    schedule: false,
    supervise: false,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 60,
    queueCacheIntervalSeconds: longestInterval,
    flowIntervalSeconds: longestInterval,
    bamIntervalSeconds: 600,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on("error", (error) => log.warn({ err: error }, "job queue"));
  boss.on("warning", ({ message }) => log.warn({ reason: message }, "job queue"));
  try {
    await boss.start();
    if (installs) {
      await database.executeSql(roundLinksSchema(schema));
      await boss.createQueue(queueName);
    }
    // pg-boss reads once what it knows of the queue; inside a transaction, on the one connection of PGlite, it would wait for itself.
    await boss.findJobs(queueName, { key: "none" });
    return boss;
  } catch (cause) {
    await boss.stop({ graceful: false, close: false }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : `${cause}`;
    throw new RefusedStart(
      installs
        ? `the job queue in schema ${schema} cannot be made ready (${reason}): let the node create schemas, or make that one its own`
        : `the job queue in schema ${schema} is not there, or not this version's (${reason}): start the node of the same version first`,
      { cause },
    );
  }
}
