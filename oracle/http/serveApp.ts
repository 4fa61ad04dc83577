import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import { RefusedStart } from "../service/refusedStart.ts";

/** An app that may look at the request as it came over the socket. */
export type SocketEnv = { Bindings: HttpBindings };

export interface ServedApp {
  readonly url: string;
  close(): Promise<void>;
}

/** The port is taken, or the host is not one of this machine's. */
export class CannotListenError extends RefusedStart {
  override name = "CannotListenError";
}

const maxConnections = 256;
/** Milliseconds. Whoever dawdles is put out that long after its time at the latest; Node looks every 30 s of its own accord. */
const timeouts = { requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000 };

/**
 * Serves a Hono app. Port 0 takes a free one.
 * @throws CannotListenError when the address cannot be had.
 */
export async function serveApp(app: Pick<Hono<SocketEnv>, "fetch">, host: string, port: number): Promise<ServedApp> {
  const server = createServer(timeouts, getRequestListener(app.fetch));
  server.maxConnections = maxConnections;
  await listen(server, host, port);
  const address = server.address();
  const boundPort = typeof address === "object" && address !== null ? address.port : port;
  return { url: `http://${host}:${boundPort}`, close: () => close(server) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new CannotListenError(`cannot listen on ${host}:${port} (${cause.message}): choose another port`, { cause }),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
