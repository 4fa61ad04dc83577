import type { PinnedEndpoint } from "../manifest/resolveEndpoint.ts";
import type { CanaryFailure, CanarySource } from "./canarySource.ts";
import { isSuccess } from "./readCompletion.ts";
import { Transport } from "./transport.ts";

interface CanaryProbeOptions {
  readonly source: CanarySource;
  readonly endpoint: PinnedEndpoint;
  readonly timeoutMs: number;
  /** Microseconds since the run began. */
  readonly clock: () => number;
  readonly onFailure: (failure: CanaryFailure) => void;
}

/** Of a page; a longer one is cut, and has shown that the way there is open. */
const maxPageBytes = 65_536;

/** One place the canary asks, over a connection of its own. */
export class CanaryProbe {
  readonly #options: CanaryProbeOptions;
  readonly #transport: Transport;
  #ping: Promise<void> | null = null;

  constructor(options: CanaryProbeOptions) {
    this.#options = options;
    this.#transport = new Transport({
      endpoint: options.endpoint,
      connections: 1,
      connectTimeoutMs: options.timeoutMs,
      requestTimeoutMs: options.timeoutMs,
      maxBodyBytes: maxPageBytes,
      method: "GET",
      headers: { "user-agent": "assay" },
      clock: options.clock,
    });
  }

  /** Asks now. A ping that is still on its way is its own judge: no second one is started. */
  ask(): void {
    this.#ping ??= this.#ask().finally(() => {
      this.#ping = null;
    });
  }

  /** Asks once and tells nobody. @returns what is wrong, or null */
  async problem(): Promise<CanaryFailure | null> {
    const { status, failure, detail, end } = await this.#transport.send(null);
    if ((failure === null || failure === "truncated") && isSuccess(status)) return null;
    return { at: end, source: this.#options.source, detail: detail ?? failure ?? `status ${status}` };
  }

  /** Asks one last time and closes the connection. */
  async close(): Promise<void> {
    await this.#ping;
    await this.#ask();
    await this.drop();
  }

  async drop(): Promise<void> {
    await this.#transport.close();
  }

  async #ask(): Promise<void> {
    const problem = await this.problem();
    if (problem !== null) this.#options.onFailure(problem);
  }
}
