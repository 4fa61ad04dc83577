import type { LookupFunction } from "node:net";
import { type Dispatcher, Pool } from "undici";
import type { PinnedEndpoint } from "../manifest/resolveEndpoint.ts";
import type { Exchange } from "./exchange.ts";
import { classifyError, type TransportFailure } from "./failure.ts";

/** Bounds of every attempt. */
export interface TransportLimits {
  readonly connectTimeoutMs: number;
  /** From sending to the last byte. */
  readonly requestTimeoutMs: number;
  readonly maxBodyBytes: number;
}

export interface TransportOptions extends TransportLimits {
  readonly endpoint: PinnedEndpoint;
  /** Connections kept open; each carries one request at a time. */
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: "GET" | "POST";
  /** Microseconds since the run began. */
  readonly clock: () => number;
}

/**
 * One HTTP attempt per call and nothing hidden: no retry, no redirect, no cache, no proxy from the environment.
 * Every call ends within connect timeout + request timeout, whatever the other side does.
 */
export class Transport {
  readonly #pool: Pool;
  readonly #options: TransportOptions;
  readonly #request: Dispatcher.DispatchOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { endpoint, connections, connectTimeoutMs, headers, method = "POST" } = options;
    this.#pool = new Pool(endpoint.url.origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: connectTimeoutMs, lookup: pinnedLookup(endpoint) },
    });
    this.#request = { path: endpoint.url.pathname + endpoint.url.search, method, headers: { ...headers } };
  }

  /** Never rejects: whatever happens is an Exchange. */
  send(body: string | null): Promise<Exchange> {
    return new Promise((resolve) => {
      this.#pool.dispatch({ ...this.#request, body }, new Attempt(this.#options, resolve));
    });
  }

  /** Drops all connections. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Answers every lookup with the pinned address, in either of the two shapes the net module asks for. */
function pinnedLookup({ address, family }: PinnedEndpoint): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

/** Collects one response within its bounds; the first event that ends it wins. */
class Attempt implements Dispatcher.DispatchHandler {
  readonly #options: TransportOptions;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #done = false;
  #sent: number;
  #firstByte: number | null = null;
  #status: number | null = null;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(options: TransportOptions, resolve: (exchange: Exchange) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#sent = options.clock();
    // Also bounds the wait for a connection, which has a timeout of its own.
    this.#deadline = setTimeout(() => this.#abort("timeout"), options.requestTimeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#sent = this.#options.clock();
    if (this.#done) controller.abort(new Error("attempt is over"));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#firstByte = this.#options.clock();
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return;
    const room = this.#options.maxBodyBytes - this.#size;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#size += Math.min(chunk.length, room);
    if (chunk.length > room) this.#abort("truncated");
  }

  onResponseEnd(): void {
    this.#finish(null, null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = errorCode(error);
    this.#finish(classifyError(code, this.#controller !== null), code);
  }

  #abort(failure: TransportFailure): void {
    this.#finish(failure, null);
    this.#controller?.abort(new Error(`attempt ended: ${failure}`));
  }

  #finish(failure: TransportFailure | null, detail: string | null): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#deadline);
    const [only] = this.#chunks;
    const body = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
    this.#resolve({
      status: this.#status,
      body,
      failure,
      detail,
      sent: this.#sent,
      firstByte: this.#firstByte,
      end: this.#options.clock(),
    });
  }
}

/** Codes are short ASCII; anything else is told by the error's name, so that evidence stays canonical. */
function errorCode(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return code.replace(/[^A-Za-z0-9_]/g, "").slice(0, 64) || "ERROR";
}
