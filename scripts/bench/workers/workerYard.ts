import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import type { Hex } from "viem";
import { type Manifest, manifestDigest } from "../../../evaluation/manifest/manifest.ts";
import type { BlobStore } from "../../../evaluation/store/blobStore.ts";
import { DirectoryStore } from "../../../evaluation/store/directoryStore.ts";
import { type Suite, suiteHash } from "../../../evaluation/suite/suite.ts";
import { openDatabase } from "../../../oracle/database/openDatabase.ts";
import type { MeasureJob } from "../../../oracle/work/measureJob.ts";
import { queuePlace } from "../../../oracle/work/queuePlace.ts";
import { type JobView, openWorkQueue, type WorkQueue } from "../../../oracle/work/workQueue.ts";

const root = join(import.meta.dirname, "../../..");
const worker = join(root, "oracle/worker.ts");
const commitSeconds = 3_600n;

export interface RunningWorker {
  /** Where health and metrics are. */
  readonly url: string;
  /** What it has written to its log so far is in this file. */
  readonly logFile: string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** A node's queue on a Postgres server, without the rest of the node, and real worker processes that measure what it gives out. */
export interface WorkerYard {
  readonly queue: WorkQueue;
  readonly store: BlobStore;
  readonly evidenceDir: string;
  startWorker(concurrency: number): Promise<RunningWorker>;
  /**
   * Gives out one job a manifest, in a round of its own.
   * @param perHost Measurements at one host at once.
   * @param suite Hash of the suite asked for; the workers' without.
   */
  giveOut(manifests: readonly Manifest[], perHost: number, suite?: Hex): Promise<Round>;
  close(): Promise<void>;
}

export interface Round {
  readonly jobs: () => Promise<JobView[]>;
  /** Waits until every job is measured or given up, as the node does: by looking. */
  done(): Promise<JobView[]>;
}

const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

/** @param url Of a Postgres database that is empty. */
export async function openWorkerYard(url: string, suite: Suite): Promise<WorkerYard> {
  const folder = mkdtempSync(join(tmpdir(), "assay-workers-"));
  const place = { url, schema: "yard" };
  const database = await openDatabase(place, "");
  const log = pino({ level: "silent" });
  const queue = await openWorkQueue({ database, ...queuePlace(place), installs: true, log });
  const running = new Set<ChildProcess>();
  const suiteFile = join(folder, "suite.json");
  writeFileSync(suiteFile, JSON.stringify(suite));
  const dataDir = join(folder, "data");
  const storeDir = join(folder, "store");
  let workers = 0;
  let rounds = 0;

  const jobOf = (manifest: Manifest, n: number, suiteId: Hex): MeasureJob => ({
    chainId: 31_337n,
    contract: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    evaluator: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    contractId: BigInt(rounds),
    roundId: BigInt(rounds),
    measuredRoundId: BigInt(rounds),
    roundSeed: hash(rounds),
    modelId: BigInt(n),
    versionId: hash(n),
    digest: manifestDigest(manifest),
    suiteHash: suiteId,
    profile: "quick",
    manifest,
  });

  return {
    queue,
    store: new DirectoryStore(storeDir),
    evidenceDir: join(dataDir, "evidence"),
    async startWorker(concurrency) {
      workers += 1;
      const file = join(folder, `worker${workers}.json`);
      const logFile = join(folder, `worker${workers}.log`);
      const config = {
        database: { url, schema: place.schema },
        evidenceStore: storeDir,
        dataDir,
        suite: suiteFile,
        allowPrivateHosts: ["127.0.0.1"],
        concurrency,
        pollMs: 250,
        port: 0,
        logFile,
      };
      writeFileSync(file, JSON.stringify(config));
      const child = spawn(process.execPath, [worker, "--config", file], { stdio: ["ignore", "pipe", "inherit"] });
      running.add(child);
      const exited = once(child, "exit").then(([code]: (number | null)[]) => {
        running.delete(child);
        return code ?? null;
      });
      const ready = await Promise.race([
        once(child.stdout, "data").then(([line]) => `${line}`.trim()),
        exited.then((code) => Promise.reject(new Error(`a worker ended with ${code} instead of starting`))),
      ]);
      return {
        url: ready.split(" ").at(-1) ?? "",
        logFile,
        ended: exited,
        stop: (signal) => {
          child.kill(signal);
          return exited;
        },
      };
    },
    async giveOut(manifests, perHost, suiteId = suiteHash(suite)) {
      rounds += 1;
      const jobs = manifests.map((manifest, n) => jobOf(manifest, n + 1, suiteId));
      const now = BigInt(Math.floor(Date.now() / 1_000));
      const [first] = jobs;
      if (!first) throw new RangeError("a round without versions");
      await queue.openRound(first, hash(1_000 + rounds), now + commitSeconds);
      for (const job of jobs)
        await queue.add(job, { beginAt: now, commitBy: now + commitSeconds, now, perHost: () => perHost });
      const look = () => queue.jobsOf(first);
      return {
        jobs: look,
        async done() {
          for (;;) {
            const views = await look();
            if (views.every(({ state }) => state !== "waiting" && state !== "active")) return views;
            await queue.tend();
            await delay(100);
          }
        },
      };
    },
    async close() {
      for (const child of running) child.kill("SIGKILL");
      await queue.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
