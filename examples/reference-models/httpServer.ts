import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Server as NetServer } from "node:net";
import { errorBody, RequestError } from "./openai.ts";
import { nonceHeader } from "./replySigner.ts";

const mostBodyBytes = 256 * 1024;
const closeGraceMs = 1_000;
const mostConnections = 1_024;

/**
 * Answers one request; `body` is empty where the method carries none, `nonce` is what the caller wants the answer signed with.
 * Throws RequestError for an error answer.
 */
export type Handler = (body: string, response: ServerResponse, nonce: string | undefined) => void | Promise<void>;

/** The handlers of one path. */
export type Methods = Readonly<Partial<Record<"GET" | "POST", Handler>>>;

/** An HTTP server over exact paths, with bounded bodies, headers, times and connections. */
export function createHttpServer(routes: ReadonlyMap<string, Methods>): Server {
  const server = createServer((request, response) => {
    void respond(routes, request, response).catch((error: unknown) => fail(response, error));
  });
  server.maxConnections = mostConnections;
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  server.keepAliveTimeout = 65_000;
  return server;
}

/**
 * Listens on 127.0.0.1.
 * @returns the base URL
 * @throws the system's error (code EADDRINUSE) when the port is taken
 */
export async function listen(server: NetServer, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError(`port ${port}: the server has no TCP port`);
  return `http://127.0.0.1:${address.port}`;
}

/** Takes no more requests, lets those under way finish within a second, then closes. Harmless on a closed server. */
export async function closeServer(server: Server): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(deadline);
}

/** Sends a JSON body. */
export function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

async function respond(
  routes: ReadonlyMap<string, Methods>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const method = request.method ?? "GET";
  const methods = routes.get(path);
  if (!methods) throw new RequestError(404, "not_found", `${path} is not here; see /healthz for the models`);
  const handler = method === "GET" || method === "POST" ? methods[method] : undefined;
  if (!handler) {
    response.setHeader("allow", Object.keys(methods).join(", "));
    throw new RequestError(
      405,
      "method_not_allowed",
      `${method} does not go here; use ${Object.keys(methods).join(", ")}`,
    );
  }
  const nonce = request.headers[nonceHeader];
  await handler(
    method === "POST" ? await readBody(request) : "",
    response,
    typeof nonce === "string" ? nonce : undefined,
  );
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBodyBytes) chunks.push(chunk);
      else
        reject(new RequestError(413, "body_too_large", `the body is over ${mostBodyBytes} bytes; send a shorter one`));
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const known = error instanceof RequestError;
  const failure = known ? error : new RequestError(500, "internal_error", "the model failed; try again");
  // A refused body may still be arriving: closing is the bound on it.
  if (failure.status === 413) response.setHeader("connection", "close");
  sendJson(response, failure.status, errorBody(failure));
}
