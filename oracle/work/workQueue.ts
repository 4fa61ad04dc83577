import type { Db, PgBoss } from "pg-boss";
import type { Hex } from "viem";
import { z } from "zod";
import type { Queryable } from "../database/openDatabase.ts";
import { endpointHost } from "./endpointHost.ts";
import { hostLimits, tierOf } from "./hostConcurrency.ts";
import {
  jobIdOf,
  type Measured,
  type MeasureJob,
  measuredSchema,
  measureJobSchema,
  type RoundOfWork,
  roundKeyOf,
} from "./measureJob.ts";
import { type BossParts, heartbeatSeconds, openBoss, queueName } from "./openBoss.ts";
import { createRoundLinks } from "./roundLinks.ts";

/** Where a job stands. `waiting` is also what is to be tried again. */
export const jobStates = ["waiting", "active", "measured", "failed", "cancelled"] as const;
export type JobState = (typeof jobStates)[number];

/** A job as the node that gave it out sees it. */
export interface JobView {
  readonly id: string;
  readonly versionId: Hex;
  readonly state: JobState;
  /** What came of it, when it is measured. */
  readonly measured: Measured | undefined;
}

/** A job in a worker's hands. The count tells this attempt from a later one. */
export interface Claim {
  readonly id: string;
  readonly retryCount: number;
  readonly job: MeasureJob;
}

/** How a job is to be given out. */
export interface JobTerms {
  /** Seconds of the chain's clock before which nobody takes it. */
  readonly beginAt: bigint;
  /** Seconds of the chain's clock: the earlier, the sooner it is measured. */
  readonly commitBy: bigint;
  readonly now: bigint;
  /** Measurements at the job's host at the same time, over all workers. */
  readonly perHost: (host: string) => number;
}

/** Something happened in this process that somebody may be waiting for. */
export type QueueEvent = "added" | "settled" | "cancelled";

/** The versions to be measured: given out by a node, taken by workers, wherever they run. */
export interface WorkQueue {
  /** Keeps a round's link for as long as its jobs may be measured. */
  openRound(round: RoundOfWork, link: Hex, commitBy: bigint): Promise<void>;
  /** Gives a job out; nothing when it was given out before, but again what was taken back meanwhile. */
  add(job: MeasureJob, terms: JobTerms): Promise<void>;
  jobsOf(round: RoundOfWork): Promise<JobView[]>;
  /** Takes back what is not measured, and forgets the round's link. */
  closeRound(round: RoundOfWork): Promise<void>;
  /** The same for every round that took no more commitments at `now`. */
  closeRoundsOver(now: bigint): Promise<void>;
  /** The most urgent job whose host has a place free; undefined when there is none. */
  claim(): Promise<Claim | undefined>;
  /** The link of a job's round; undefined when the round is over. */
  linkOf(job: RoundOfWork): Promise<Hex | undefined>;
  /** Says that the worker is still there. False when the job is not its any more. */
  renew(claim: Claim): Promise<boolean>;
  /** False when the job was not its worker's any more: another measures it, or nobody. */
  complete(claim: Claim, measured: Measured): Promise<boolean>;
  /** The job is tried again, as often as `maxTries` allows. */
  fail(claim: Claim, reason: string): Promise<void>;
  /** Nobody is to measure it: its round is over. */
  drop(claim: Claim): Promise<void>;
  /** Puts a job back as it was; no try of it is used up. */
  handBack(claim: Claim): Promise<void>;
  /** Finds jobs whose worker is gone, and forgets old ones; at most every few seconds. */
  tend(): Promise<void>;
  onEvent(listener: (event: QueueEvent) => void): void;
  close(): Promise<void>;
}

/** Tries a version gets in one round: what could not be measured may be there a moment later. */
export const maxTries = 3;
const retryDelaySeconds = 1;

/**
 * Seconds a job outlives the time for commitments: the node takes it back by the chain's clock, which may stand still. This only clears
 * away what a node that is gone has left.
 */
const graceSeconds = 600n;
const longestExpiry = 86_400;
/** Seconds that what became of a job can be read. */
const keptSeconds = 3_600;
const tendEveryMs = { shared: 5_000, alone: 60_000 } as const;

const affectedSchema = z.object({ affected: z.number() });
const jobRowSchema = z.object({
  id: z.string(),
  data: z.unknown(),
  output: z.unknown(),
  state: z.enum(["created", "retry", "active", "completed", "cancelled", "failed"]),
});
const versionSchema = measureJobSchema.pick({ versionId: true }).loose();

const stateOf = {
  created: "waiting",
  retry: "waiting",
  active: "active",
  completed: "measured",
  cancelled: "cancelled",
  failed: "failed",
} as const satisfies Record<z.infer<typeof jobRowSchema>["state"], JobState>;

/** @throws RefusedStart when the queue's tables cannot be had. */
export async function openWorkQueue(parts: BossParts): Promise<WorkQueue> {
  const boss = await openBoss(parts);
  if (!parts.isShared) await takeBackAll(parts);
  return createWorkQueue(parts, boss);
}

/** In a database of this process nobody else takes jobs: what stands there as taken was taken by a process that is no more. */
async function takeBackAll({ database, schema }: BossParts): Promise<void> {
  await database.query(
    `update ${schema}.job set state = 'created', started_on = null, heartbeat_on = null where name = $1 and state = 'active'`,
    [queueName],
  );
}

function createWorkQueue({ database, schema, isShared, log }: BossParts, boss: PgBoss): WorkQueue {
  const links = createRoundLinks(database, schema);
  const listeners = new Set<(event: QueueEvent) => void>();
  const jobTable = `${schema}.job`;
  let tendedAt = Number.NEGATIVE_INFINITY;

  const tell = (event: QueueEvent): void => {
    for (const listener of listeners) listener(event);
  };

  const rowsOf = async (key: string) => z.array(jobRowSchema).parse(await boss.findJobs(queueName, { key }));

  /** What most looks end with, at a tenth of what a claim costs, and without the lock. */
  const isAnyReady = async (): Promise<boolean> => {
    const found = await database.query<{ ready: boolean }>(
      `select exists (select 1 from ${jobTable} where name = $1 and state < 'active' and start_after <= now()) as ready`,
      [queueName],
    );
    return found.rows[0]?.ready ?? false;
  };

  const closeKey = async (key: string): Promise<void> => {
    await links.forget(key);
    const open = (await rowsOf(key)).filter(({ state }) => ["created", "retry", "active"].includes(state));
    if (open.length === 0) return;
    await boss.cancel(
      queueName,
      open.map(({ id }) => id),
    );
    tell("cancelled");
  };

  return {
    openRound: (round, link, commitBy) => links.keep(roundKeyOf(round), link, commitBy),
    async add(job, { beginAt, commitBy, now, perHost }) {
      const left = Number(commitBy - now + graceSeconds);
      const host = endpointHost(job.manifest);
      await boss.send(queueName, toJson(job), {
        id: jobIdOf(job),
        singletonKey: roundKeyOf(job),
        priority: priorityOf(commitBy),
        startAfter: Math.max(0, Number(beginAt - now)),
        group: { id: host, tier: tierOf(perHost(host)) },
        retryLimit: maxTries - 1,
        retryDelay: retryDelaySeconds,
        expireInSeconds: Math.min(longestExpiry, left),
        retentionSeconds: left,
        deleteAfterSeconds: left + keptSeconds,
        heartbeatSeconds,
      });
      // Taken back when the chain had dropped the round's draw, which is in force again.
      await boss.resume(queueName, jobIdOf(job));
      tell("added");
    },
    async jobsOf(round) {
      const rows = await rowsOf(roundKeyOf(round));
      return rows.map(({ id, data, output, state }) => ({
        id,
        versionId: versionSchema.parse(data).versionId,
        state: stateOf[state],
        measured: state === "completed" ? measuredSchema.parse(output) : undefined,
      }));
    },
    closeRound: (round) => closeKey(roundKeyOf(round)),
    async closeRoundsOver(now) {
      for (const key of await links.over(now)) await closeKey(key);
    },
    async claim() {
      if (!(await isAnyReady())) return undefined;
      const [row] = await database.transaction(async (tx) => {
        // One claim after the other, over all workers: two that look at a host's places at the same time would both see one free.
        await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`${schema}.claim`]);
        return boss.fetch<object>(queueName, { groupConcurrency: hostLimits, db: within(tx) });
      });
      if (!row) return undefined;
      const { id, retryCount, data } = row;
      return { id, retryCount, job: measureJobSchema.parse(data) };
    },
    linkOf: (job) => links.get(roundKeyOf(job)),
    async renew(claim) {
      return isAffected(await boss.touch(queueName, attemptOf(claim)));
    },
    async complete(claim, measured) {
      const isDone = isAffected(await boss.complete(queueName, attemptOf(claim), toJson(measured)));
      tell("settled");
      return isDone;
    },
    async fail(claim, reason) {
      await boss.fail(queueName, attemptOf(claim), { reason });
      tell("settled");
    },
    async drop(claim) {
      await boss.cancel(queueName, attemptOf(claim));
    },
    async handBack({ id, retryCount }) {
      // pg-boss does this for jobs it fetched too many of, and offers no call for it.
      await database.query(
        `update ${jobTable} set state = 'created', started_on = null, heartbeat_on = null
          where name = $1 and id = $2 and state = 'active' and retry_count = $3`,
        [queueName, id, retryCount],
      );
    },
    async tend() {
      const now = performance.now();
      if (now - tendedAt < (isShared ? tendEveryMs.shared : tendEveryMs.alone)) return;
      tendedAt = now;
      await boss.supervise(queueName);
    },
    onEvent: (listener) => {
      listeners.add(listener);
    },
    async close() {
      await boss.stop({ graceful: false, close: false });
      log.debug("job queue closed");
    },
  };
}

/** The earlier the deadline, the higher. Fits 32 bits until the year 2106. */
const priorityOf = (commitBy: bigint): number => Number(2n ** 31n - 1n - (commitBy % 2n ** 32n));

const attemptOf = ({ id, retryCount }: Claim) => ({ id, retryCount });

/** pg-boss says in its answers how many jobs a call met, and does not in their type. */
const isAffected = (response: unknown): boolean => affectedSchema.parse(response).affected > 0;

const within = (tx: Queryable): Db => ({
  executeSql: (text, values) => tx.query<Record<string, unknown>>(text, values),
});

const jsonSchema = z.record(z.string(), z.unknown());

/** 256-bit numbers as decimal digits. */
const toJson = (value: MeasureJob | Measured): Record<string, unknown> =>
  jsonSchema.parse(JSON.parse(JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? v.toString() : v))));
