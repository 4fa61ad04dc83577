import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Transport } from "./transport.ts";

export interface CanaryOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Microseconds since the run began. */
  readonly clock: () => number;
  /** Told when the canary did not answer in time, and why. */
  readonly onFailure: (at: number, detail: string) => void;
}

/**
 * The evaluator's own health: a null server on the loopback, asked once per interval over the same client as the model.
 * When not even that answers, it is not the model that failed.
 */
export class Canary {
  readonly #options: CanaryOptions;
  readonly #server: Server;
  readonly #transport: Transport;
  readonly #timer: NodeJS.Timeout;
  #ping: Promise<void> | null = null;
  #lastTick: number;
  #stopped = false;

  private constructor(options: CanaryOptions, server: Server, { port }: AddressInfo) {
    this.#options = options;
    this.#server = server;
    this.#transport = new Transport({
      endpoint: { url: new URL(`http://127.0.0.1:${port}/`), address: "127.0.0.1", family: 4 },
      connections: 1,
      connectTimeoutMs: options.timeoutMs,
      requestTimeoutMs: options.timeoutMs,
      maxBodyBytes: 1024,
      headers: {},
      clock: options.clock,
    });
    this.#lastTick = options.clock();
    this.#timer = setInterval(() => this.#tick(), options.intervalMs);
  }

  static async start(options: CanaryOptions): Promise<Canary> {
    const server = createServer((request, response) => {
      request.resume();
      response.end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("canary: the server has no port");
    return new Canary(options, server, address);
  }

  /** Asks one last time, so that the end of a run is covered too. Stopping twice is stopping once. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#checkTick();
    await this.#ping;
    await this.#ask();
    await this.#transport.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** A ping that is still on its way is its own judge: no second one is started. */
  #tick(): void {
    this.#checkTick();
    this.#ping ??= this.#ask().finally(() => {
      this.#ping = null;
    });
  }

  /** A tick that comes late by the timeout or more: this process stood still, and the deadlines of requests ran out meanwhile. */
  #checkTick(): void {
    const { clock, intervalMs, timeoutMs, onFailure } = this.#options;
    const now = clock();
    if (now - this.#lastTick >= (intervalMs + timeoutMs) * 1000) onFailure(now, "late");
    this.#lastTick = now;
  }

  async #ask(): Promise<void> {
    const { status, failure, detail, end } = await this.#transport.send("{}");
    if (failure !== null || status !== 200) this.#options.onFailure(end, detail ?? failure ?? `status ${status}`);
  }
}
