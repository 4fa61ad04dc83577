import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./Mutant.ts";
import { type Request, type Response, responseSchema, type WorkerSetup } from "./messages.ts";
import type { Durations, Outcome } from "./Verdict.ts";

const program = fileURLToPath(new URL("worker.ts", import.meta.url));
/** The compiler and the local chain let go of little memory. */
const mutantsPerProcess = 60;
export class WorkerError extends Error {
  override name = "WorkerError";
}

async function ask(child: ChildProcess, request: Request): Promise<Response> {
  const answered = new AbortController();
  const { signal } = answered;
  child.send(request);
  const exit = once(child, "exit", { signal }).then(([code, name]) => {
    throw new WorkerError(`a worker ended with ${name ?? code}`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal }), exit]);
    return responseSchema.parse(message);
  } finally {
    // The race is over: the loser's rejection has a handler in it.
    answered.abort();
  }
}

/** Processes that judge mutants, each renewed when it got stuck or old. */
export class WorkerPool {
  readonly #directory = mkdtempSync(join(tmpdir(), "assay-mutation-"));
  readonly #timeoutSeconds: number;
  readonly #setupFile = join(this.#directory, "setup.json");
  #started = 0;
  readonly #running = new Set<ChildProcess>();

  constructor(setup: WorkerSetup, timeoutSeconds: number) {
    this.#timeoutSeconds = timeoutSeconds;
    writeFileSync(this.#setupFile, JSON.stringify(setup));
    process.once("exit", () => this.#clear());
    // By default an interrupt ends a process without its "exit".
    process.once("SIGINT", () => process.exit(130));
  }

  /** Seconds of each test file on the original. Throws a WorkerError when a test fails there. */
  async durations(): Promise<Durations> {
    const child = this.#start();
    const response = await ask(child, {});
    await this.#stop(child);
    if ("durations" in response) return response.durations;
    throw new WorkerError("error" in response ? response.error : "the tests do not end, without any mutant");
  }

  /** @param done Called with each mutant as soon as its verdict is there. */
  async judgeAll(
    mutants: readonly Mutant[],
    options: { jobs: number; durations: Durations; done: (mutant: Mutant, outcome: Outcome) => void },
  ): Promise<void> {
    // One queue: whoever is free takes the next.
    const queue = mutants.values();
    await Promise.all(Array.from({ length: Math.min(options.jobs, mutants.length) }, () => this.#work(queue, options)));
  }

  async #work(
    queue: Iterable<Mutant>,
    { durations, done }: { durations: Durations; done: (mutant: Mutant, outcome: Outcome) => void },
  ): Promise<void> {
    let child = this.#start();
    let judged = 0;
    for (const mutant of queue) {
      const response = await ask(child, { mutant, durations });
      if (!("outcome" in response)) {
        throw new WorkerError(`${mutant.file}:${mutant.line}: ${"error" in response ? response.error : "no outcome"}`);
      }
      done(mutant, response.outcome);
      judged += 1;
      if (response.outcome.status !== "timeout" && judged % mutantsPerProcess !== 0) continue;
      await this.#stop(child);
      child = this.#start();
    }
    await this.#stop(child);
  }

  #start(): ChildProcess {
    this.#started += 1;
    const directory = join(this.#directory, `${this.#started}`);
    const child = fork(program, [this.#setupFile, directory, `${this.#timeoutSeconds}`], {
      // Hardhat's words on stdout go nowhere.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#running.add(child);
    return child;
  }

  async #stop(child: ChildProcess): Promise<void> {
    this.#running.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.#stop(child)));
    this.#clear();
  }

  #clear(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
