import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";

/** A request on its way from a node to one of the services it knows. */
export interface PassingCall {
  /** Which service, by the number in the URL. */
  readonly service: number;
  readonly path: string;
  /** Empty when it has none. */
  readonly body: string;
}

/** What becomes of a request. */
export type Fate =
  | { readonly kind: "pass" }
  /** The service seems to answer with an error. */
  | { readonly kind: "refuse"; readonly status: number }
  /** The connection breaks before the request is through. */
  | { readonly kind: "drop" }
  /** Nothing comes for so long. */
  | { readonly kind: "stall"; readonly ms: number }
  /** `strike` is called before the request is passed on, or when it was and its answer is there; the answer never arrives. */
  | { readonly kind: "strike"; readonly after: boolean; readonly strike: () => void };

export interface FaultGate {
  /** Base URL of a service as the node is told it. */
  urlOf(service: number): string;
  close(): Promise<void>;
}

/** All that a node says to the world goes through here, in a process that lives on when the node is killed. */
export async function startFaultGate(
  services: readonly string[],
  judge: (call: PassingCall) => Fate,
): Promise<FaultGate> {
  const server = createServer(async (incoming, response) => {
    const [, index = "", rest = ""] = /^\/(\d+)(.*)$/.exec(incoming.url ?? "") ?? [];
    const call = { service: Number(index), path: rest, body: await bodyOf(incoming) };
    const fate = judge(call);
    if (fate.kind === "refuse") return response.writeHead(fate.status).end("{}");
    if (fate.kind === "stall") await delay(fate.ms);
    if (fate.kind === "strike" && !fate.after) fate.strike();
    if (fate.kind !== "pass" && !(fate.kind === "strike" && fate.after)) return incoming.socket.destroy();
    try {
      const passed = await request(`${services[call.service]}${rest}`, {
        method: incoming.method === "POST" ? "POST" : "GET",
        headers: { "content-type": "application/json" },
        ...(call.body === "" ? {} : { body: call.body }),
      });
      const text = await passed.body.text();
      if (fate.kind === "strike") {
        fate.strike();
        return incoming.socket.destroy();
      }
      return response.writeHead(passed.statusCode, { "content-type": "application/json" }).end(text);
    } catch {
      return incoming.socket.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return {
    urlOf: (service) => `http://127.0.0.1:${address.port}/${service}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
