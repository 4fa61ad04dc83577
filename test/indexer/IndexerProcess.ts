import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Deployment } from "../../sdk/index.ts";

const main = new URL("../../indexer/main.ts", import.meta.url).pathname;

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string() }),
        locations: z.array(z.object({ line: z.number(), column: z.number() })).optional(),
      }),
    )
    .optional(),
});

/** A free port of this machine. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Asks again until the answer is there, for a bounded time. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, millis = 20_000): Promise<T> {
  const deadline = Date.now() + millis;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${millis / 1_000} s`);
    await pause(50);
  }
}

/** A directory for one indexer, with the deployment's file in it. */
export function indexerDirectory(deployment: Deployment): { directory: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), "assay-indexer-"));
  writeFileSync(join(directory, "deployment.json"), JSON.stringify(deployment));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** `node indexer/main.ts` as a process of its own, as the devnet runs it. */
export class IndexerProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #output = "";

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
    this.#exit = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    child.stdout?.on("data", (chunk) => this.#keep(chunk));
    child.stderr?.on("data", (chunk) => this.#keep(chunk));
  }

  #keep(chunk: unknown): void {
    this.#output = `${this.#output}${chunk}`.slice(-20_000);
  }

  static start(environment: Record<string, string>, port: number): IndexerProcess {
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, PORT: `${port}`, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new IndexerProcess(child, port);
  }

  static forStage(stage: { rpcUrl: string }, directory: string, port: number): IndexerProcess {
    const environment = {
      ASSAY_RPC_URL: stage.rpcUrl,
      ASSAY_DEPLOYMENT: join(directory, "deployment.json"),
      ASSAY_INDEXER_DIR: directory,
    };
    return IndexerProcess.start(environment, port);
  }

  get output(): string {
    return this.#output;
  }

  /** Waits for the end; its exit code. */
  exited(): Promise<number | null> {
    return this.#exit;
  }

  /** Waits until everything before the chain's tip is indexed. */
  async ready(): Promise<void> {
    const isReady = async () => ((await fetch(`${this.url}/ready`)).status === 200 ? true : undefined);
    const ended = this.#exit.then((code) => {
      throw new Error(`the indexer ended with code ${code}:\n${this.#output}`);
    });
    await Promise.race([eventually("the indexer is ready", isReady, 90_000), ended]).catch((error) => {
      throw new Error(`${error.message}\n${this.#output}`);
    });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exit;
  }

  /** One GraphQL query, with its errors. */
  async ask(query: string, variables: Record<string, unknown> = {}) {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return answerSchema.parse(await response.json());
  }

  /** The data of one GraphQL query that must not fail. */
  async query<T>(shape: z.ZodType<T>, query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { data, errors } = await this.ask(query, variables);
    if (errors) throw new Error(errors.map(({ message }) => message).join("; "));
    return shape.parse(data);
  }

  /** Code and message of the first error of a query that must fail. */
  async failure(query: string, variables: Record<string, unknown> = {}) {
    const { errors } = await this.ask(query, variables);
    const [error] = errors ?? [];
    if (!error) throw new Error("the query did not fail");
    return { code: error.extensions.code, message: error.message };
  }

  /** Waits until a block of this hash is the last that is indexed. */
  async caughtUp(block: { hash: string }, millis?: number): Promise<void> {
    const shape = z.object({ meta: z.object({ block: z.object({ hash: z.string() }).nullable() }) });
    const isIndexed = async () => {
      const { meta } = await this.query(shape, "{ meta { block { hash } } }");
      return meta.block?.hash === block.hash ? true : undefined;
    };
    await eventually(`block ${block.hash} is indexed`, isIndexed, millis).catch((error) => {
      throw new Error(`${error.message}\n${this.#output}`);
    });
  }
}
