import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

const preload = new URL("./dieWithParent.ts", import.meta.url).href;
/** See dieWithParent.ts. */
const lockVariable = "ASSAY_DEVNET_LOCK";
const stopMillis = 8_000;
const startAttempts = 4;

/** A process of the devnet ended by itself, or never became ready; the message ends with its last log lines. */
export class ProcessError extends Error {
  override name = "ProcessError";
}

interface Running {
  child: ChildProcess;
  exited: Promise<void>;
}

export interface ProcessSpec {
  name: string;
  /** Script to run with the project's Node, then its arguments. */
  args: readonly string[];
  env?: Record<string, string>;
  /** Resolves when the process can be used; polled through `until`. */
  ready: () => Promise<boolean>;
  readyMillis: number;
}

const sleep = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** The last lines of a log file, at most 2 kB; nothing where somebody removed it. */
function tail(path: string): string {
  if (!existsSync(path)) return "";
  const size = statSync(path).size;
  const buffer = Buffer.alloc(Math.min(size, 2_048));
  const file = openSync(path, "r");
  readSync(file, buffer, 0, buffer.length, size - buffer.length);
  closeSync(file);
  return buffer.toString("utf8").trim();
}

export interface SupervisorOptions {
  readonly logDir: string;
  /** Where each process holds a lock of its name while it lives. */
  readonly lockDir: string;
  /** A process ended that was ready. */
  readonly onExit: (error: ProcessError) => void;
}

/** Starts the devnet's processes, notices when one ends, and stops them all, last started first. */
export class Supervisor {
  readonly #running = new Map<string, Running>();
  readonly #logDir: string;
  readonly #lockDir: string;
  readonly #onExit: (error: ProcessError) => void;
  #stopping = false;

  constructor({ logDir, lockDir, onExit }: SupervisorOptions) {
    this.#logDir = logDir;
    this.#lockDir = lockDir;
    this.#onExit = onExit;
  }

  logFile(name: string): string {
    return join(this.#logDir, `${name}.log`);
  }

  /**
   * Starts one process and waits until it is ready. One that found its port taken by a passing connection is started again.
   * @throws ProcessError when it ends first or is not ready in time.
   */
  async start(spec: ProcessSpec): Promise<void> {
    for (let attempt = 1; attempt < startAttempts; attempt++) {
      if (await this.#tryStart(spec)) return;
      if (this.#stopping || !/EADDRINUSE/.test(tail(this.logFile(spec.name)))) break;
      await sleep(1_000);
    }
    throw this.#failure(spec.name, "ended before it was ready");
  }

  /** Whether the process became ready; false when it ended first. */
  async #tryStart(spec: ProcessSpec): Promise<boolean> {
    mkdirSync(this.#logDir, { recursive: true });
    // A log of this start only: readiness may be read from it.
    const log = openSync(this.logFile(spec.name), "w");
    const child = spawn(process.execPath, ["--import", preload, ...spec.args], {
      env: { ...process.env, ...spec.env, [lockVariable]: join(this.#lockDir, spec.name) },
      stdio: ["pipe", log, log],
      // A group of its own: Ctrl-C reaches the supervisor alone, which stops what depends on others first.
      detached: true,
    });
    closeSync(log);
    let ready = false;
    let ended = false;
    const exited = new Promise<void>((resolve) => {
      child.once("exit", (code, signal) => {
        ended = true;
        this.#running.delete(spec.name);
        if (ready && !this.#stopping) this.#onExit(this.#failure(spec.name, `ended with ${signal ?? `code ${code}`}`));
        resolve();
      });
    });
    this.#running.set(spec.name, { child, exited });
    const deadline = Date.now() + spec.readyMillis;
    while (!ended) {
      ready = await spec.ready().catch(() => false);
      if (ready) return true;
      if (Date.now() > deadline) throw this.#failure(spec.name, `was not ready within ${spec.readyMillis / 1_000} s`);
      await sleep(150);
    }
    return false;
  }

  #failure(name: string, what: string): ProcessError {
    return new ProcessError(`${name} ${what}; its log ${this.logFile(name)} ends:\n${tail(this.logFile(name))}`);
  }

  /** Asks every process to stop, last started first, and kills what has not stopped in time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { child, exited } of [...this.#running.values()].reverse()) {
      child.kill("SIGTERM");
      const impatience = setTimeout(() => child.kill("SIGKILL"), stopMillis);
      await exited;
      clearTimeout(impatience);
    }
  }
}
