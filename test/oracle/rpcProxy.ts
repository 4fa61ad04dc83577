import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

interface RpcRequest {
  readonly id: number;
  readonly method: string;
  readonly params?: unknown[];
}

/** How a stand-in endpoint treats what it is asked. */
export type Treatment =
  | { readonly kind: "pass" }
  /** Cuts the connection. */
  | { readonly kind: "drop" }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "html" }
  /** Says every JSON-RPC request failed with this. */
  | { readonly kind: "error"; readonly code: number; readonly message: string }
  /** Passes on, then cuts the connection before the answer is out. */
  | { readonly kind: "swallow" }
  /** Says that this is the latest block. */
  | { readonly kind: "behind"; readonly head: bigint }
  | { readonly kind: "chainId"; readonly chainId: number }
  | { readonly kind: "slow"; readonly ms: number }
  /** Passes on, and answers when this has come true. */
  | { readonly kind: "held"; readonly until: Promise<void> }
  /** Sends one half of its answer, and never the other. */
  | { readonly kind: "stall" };

export interface RpcProxy {
  readonly url: string;
  /** Methods asked for so far. */
  readonly asked: string[];
  /** How requests are treated from now on: all of them, or those with one of these methods. */
  treat(treatment: Treatment, methods?: readonly string[]): void;
  close(): Promise<void>;
}

/** An RPC endpoint that stands before a real one, and fails in every way that endpoints fail. */
export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const asked: string[] = [];
  let treatment: Treatment = { kind: "pass" };
  let only: readonly string[] | undefined;

  const treatmentOf = (requests: readonly RpcRequest[]): Treatment =>
    only === undefined || requests.some(({ method }) => only?.includes(method)) ? treatment : { kind: "pass" };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const requests: RpcRequest[] = Array.isArray(body) ? body : [body];
    asked.push(...requests.map(({ method }) => method));
    const how = treatmentOf(requests);
    if (how.kind === "drop") return void response.destroy();
    if (how.kind === "status") return void response.writeHead(how.status).end("no");
    if (how.kind === "html")
      return void response.writeHead(200, { "content-type": "text/html" }).end("<html>Hi</html>");
    if (how.kind === "slow") await delay(how.ms);
    const answers = await Promise.all(requests.map((each) => answerTo(target, each, how)));
    if (how.kind === "swallow") return void response.destroy();
    if (how.kind === "held") await how.until;
    response.writeHead(200, { "content-type": "application/json" });
    const text = JSON.stringify(Array.isArray(body) ? answers : answers[0]);
    if (how.kind === "stall") return void response.write(text.slice(0, text.length / 2));
    response.end(text);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    // The path is a key, as many providers have it: nobody may ever see it.
    url: `http://127.0.0.1:${port}/v2/${secretPath}`,
    asked,
    treat(next, methods) {
      treatment = next;
      only = methods;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What stands for the API key in an endpoint's URL. */
export const secretPath = "a-key-that-is-secret";

async function answerTo(target: string, request: RpcRequest, how: Treatment): Promise<unknown> {
  const { id, method, params } = request;
  const result = (value: unknown) => ({ jsonrpc: "2.0", id, result: value });
  if (how.kind === "error") return { jsonrpc: "2.0", id, error: { code: how.code, message: how.message } };
  if (how.kind === "chainId" && method === "eth_chainId") return result(`0x${how.chainId.toString(16)}`);
  if (how.kind !== "behind") return ask(target, request);
  const head = `0x${how.head.toString(16)}`;
  if (method === "eth_blockNumber") return result(head);
  if (method !== "eth_getBlockByNumber" || params?.[0] !== "latest") return ask(target, request);
  return ask(target, { ...request, params: [head, params[1]] });
}

async function ask(target: string, request: RpcRequest): Promise<unknown> {
  const response = await fetch(target, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  return response.json();
}
