import { type ChildProcess as Child, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Request, responseSchema } from "./messages.ts";
import type { FailedTest } from "./SolidityTests.ts";

const program = fileURLToPath(new URL("child.ts", import.meta.url));

/** Asks in a process of its own, which is renewed when it is worn out. */
export class ChildProcess {
  readonly #setupFile: string;
  #child: Child | undefined;

  constructor(setupFile: string) {
    this.#setupFile = setupFile;
  }

  /** Which test notices, if one does; also one that would never end. */
  async ask(request: Request): Promise<string | undefined> {
    const failed = await this.#askOnce(request);
    if (failed !== "ended") return failed?.test;
    // Perhaps only what it was asked before, or all these tests together, were too much for it.
    for (const name of request.names) {
      if (await this.#notices({ ...request, names: [name] })) return name;
    }
    return undefined;
  }

  async #notices(request: Request): Promise<boolean> {
    const isNew = this.#child === undefined;
    const failed = await this.#askOnce(request);
    const last = failed === "ended" && !isNew ? await this.#askOnce(request) : failed;
    return last !== undefined;
  }

  /** "ended": the child gave up on it; the next question goes to a new one. */
  async #askOnce(request: Request): Promise<FailedTest | "ended" | undefined> {
    const child = this.#child ?? (await this.#start());
    child.send(request);
    const message = await next(child);
    if (message === "ended") {
      this.#child = undefined;
      return "ended";
    }
    const { failed, error } = responseSchema.parse(message);
    if (error !== undefined) throw new Error(error);
    return failed;
  }

  async #start(): Promise<Child> {
    // Words of the runners go nowhere.
    const child = fork(program, [this.#setupFile], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    this.#child = child;
    if ((await next(child)) === "ended") throw new Error("a process that should ask the tests does not start");
    return child;
  }

  close(): void {
    this.#child?.kill("SIGKILL");
  }
}

async function next(child: Child): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message),
      once(child, "exit", { signal }).then(() => "ended"),
    ]);
  } finally {
    settled.abort();
  }
}
