import type { LookupFunction } from "node:net";
import { Pool } from "undici";
import type { PinnedEndpoint } from "../manifest/resolveEndpoint.ts";
import { Attempt, type AttemptLimits } from "./attempt.ts";
import type { Exchange } from "./exchange.ts";
import { nonceHeader, signatureChecker } from "./responseSignature.ts";

/** Bounds of every attempt. */
export interface TransportLimits extends AttemptLimits {
  readonly connectTimeoutMs: number;
  /** Names and values of all headers of one response. */
  readonly maxHeaderBytes?: number;
}

export interface TransportOptions extends TransportLimits {
  readonly endpoint: PinnedEndpoint;
  /** Connections kept open; each carries one request at a time. */
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: "GET" | "POST";
  /** Whether replies come as server-sent events. */
  readonly streaming?: boolean | undefined;
  /** Ed25519 key (0x and 64 hex digits) that signs every reply. */
  readonly responseKey?: string | undefined;
  /** What must never come back: a reply that holds it is dropped. */
  readonly secret?: string | undefined;
  /** Microseconds since the run began. */
  readonly clock: () => number;
}

/** What Node's own server allows. */
const defaultHeaderBytes = 16_384;

/**
 * One HTTP attempt per call and nothing hidden: no retry, no cache, no proxy from the environment, no redirect but those of `redirectStep`,
 * which are recorded. Every call ends within connect timeout + request timeout, whatever the other side does.
 */
export class Transport {
  readonly #pool: Pool;
  readonly #options: TransportOptions;
  readonly #method: "GET" | "POST";
  readonly #checkSignature: ReturnType<typeof signatureChecker> | null;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { endpoint, connections, connectTimeoutMs, responseKey, method = "POST" } = options;
    this.#pool = new Pool(endpoint.url.origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: options.maxHeaderBytes ?? defaultHeaderBytes,
      connect: { timeout: connectTimeoutMs, lookup: pinnedLookup(endpoint) },
    });
    this.#method = method;
    this.#checkSignature = responseKey === undefined ? null : signatureChecker(responseKey);
  }

  /**
   * Never rejects: whatever happens is an Exchange.
   * @param nonce 64 hex digits that the reply has to be signed with, when there is a response key
   */
  send(body: string | null, nonce: string | null = null): Promise<Exchange> {
    const { headers } = this.#options;
    const request = {
      method: this.#method,
      headers: nonce === null ? headers : { ...headers, [nonceHeader]: nonce },
      body,
    };
    return new Promise((resolve) => {
      const attempt = new Attempt({
        options: this.#options,
        call: { request: body ?? "", nonce, checkSignature: this.#checkSignature },
        dispatch: (path) => this.#pool.dispatch({ ...request, path }, attempt),
        resolve,
      });
      attempt.start();
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
