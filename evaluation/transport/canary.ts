import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { EndpointError, type PinnedEndpoint } from "../manifest/resolveEndpoint.ts";
import { CanaryProbe } from "./canaryProbe.ts";
import type { CanaryFailure } from "./canarySource.ts";

export interface CanaryOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Asked beside the loopback server; without one an outage of the uplink looks like the model's. */
  readonly reference?: PinnedEndpoint | undefined;
  /** Microseconds since the run began. */
  readonly clock: () => number;
  /** Told when the canary did not answer in time, and why. */
  readonly onFailure: (failure: CanaryFailure) => void;
}

/**
 * The evaluator's own health: a null server on the loopback and a reference page, asked once per interval over the same client as the
 * model. When not even these answer, it is not the model that failed.
 */
export class Canary {
  readonly #options: CanaryOptions;
  readonly #server: Server;
  readonly #probes: readonly CanaryProbe[];
  readonly #timer: NodeJS.Timeout;
  #lastTick: number;
  #stopped = false;

  private constructor(options: CanaryOptions, server: Server, probes: readonly CanaryProbe[]) {
    this.#options = options;
    this.#server = server;
    this.#probes = probes;
    this.#lastTick = options.clock();
    this.#timer = setInterval(() => this.#tick(), options.intervalMs);
  }

  /** @throws EndpointError when the reference page does not answer now: it would make every failure void */
  static async start(options: CanaryOptions): Promise<Canary> {
    const reference = options.reference && (await openReference(options.reference, options));
    const server = createServer((request, response) => {
      request.resume();
      response.end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const loopback = new CanaryProbe({ ...options, source: "loopback", endpoint: loopbackOf(server) });
    return new Canary(options, server, reference ? [loopback, reference] : [loopback]);
  }

  /** Asks one last time, so that the end of a run is covered too. Stopping twice is stopping once. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#checkTick();
    await Promise.all(this.#probes.map((probe) => probe.close()));
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #tick(): void {
    this.#checkTick();
    for (const probe of this.#probes) probe.ask();
  }

  /** A tick that comes late by the timeout or more: this process stood still, and the deadlines of requests ran out meanwhile. */
  #checkTick(): void {
    const { clock, intervalMs, timeoutMs, onFailure } = this.#options;
    const now = clock();
    if (now - this.#lastTick >= (intervalMs + timeoutMs) * 1000) {
      onFailure({ at: now, source: "loopback", detail: "late" });
    }
    this.#lastTick = now;
  }
}

async function openReference(endpoint: PinnedEndpoint, options: CanaryOptions): Promise<CanaryProbe> {
  const probe = new CanaryProbe({ ...options, source: "reference", endpoint });
  const problem = await probe.problem();
  if (problem === null) return probe;
  await probe.drop();
  throw new EndpointError(
    `the reference URL ${endpoint.url.href} did not answer well (${problem.detail}); name a page that answers 200, or none`,
  );
}

function loopbackOf(server: Server): PinnedEndpoint {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("canary: the server has no port");
  return { url: new URL(`http://127.0.0.1:${address.port}/`), address: "127.0.0.1", family: 4 };
}
