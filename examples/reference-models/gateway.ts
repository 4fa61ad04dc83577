import { createServer as createTcpServer } from "node:net";
import { Pool } from "undici";
import { z } from "zod";
import type { ChatModel, ChatPrompt } from "./chatModel.ts";
import { completionsHandler } from "./completions.ts";
import { closeServer, createHttpServer, listen } from "./httpServer.ts";
import { RequestError } from "./openai.ts";
import { integerBelow, type Random } from "./random.ts";

/** Places in the gateway's list of replicas. One of them has crashed: 1/16, about 6 % of all calls. */
const replicas = 16;
const upstreamModel = "upstream";
const upstreamPath = "/v1/chat/completions";
const poolOptions = { connections: 32, headersTimeout: 5_000, bodyTimeout: 5_000 } as const;

const upstreamReply = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

/** A model that is reached through other servers. */
export interface Gateway extends ChatModel {
  answer(prompt: ChatPrompt): Promise<string>;
  close(): Promise<void>;
}

/** A server that a gateway sends requests to. */
interface Worker {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A load balancer without health checks in front of a healthy model: it forwards each request over HTTP to a replica drawn
 * at random. Fifteen of the sixteen places lead to the model's worker; behind the sixteenth a crashed one still accepts
 * connections and hangs up. The gateway answers 503 and leaves it to its callers to try again, as most clients do unasked.
 */
export async function openGateway(model: ChatModel, random: Random): Promise<Gateway> {
  const [healthy, crashed] = await Promise.all([startWorker(model), startCrashedWorker()]);
  const healthyPool = new Pool(healthy.url, poolOptions);
  const crashedPool = new Pool(crashed.url, poolOptions);
  return {
    async answer({ messages, temperature }) {
      const pool = integerBelow(random, replicas) === 0 ? crashedPool : healthyPool;
      try {
        return await forward(pool, JSON.stringify({ model: upstreamModel, messages, temperature }));
      } catch (cause) {
        throw new RequestError(503, "upstream_unavailable", "the replica did not answer; try again", { cause });
      }
    },
    async close() {
      await Promise.all([healthyPool.destroy(), crashedPool.destroy()]);
      await Promise.all([healthy.close(), crashed.close()]);
    },
  };
}

async function forward(pool: Pool, body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const reply = await pool.request({ method: "POST", path: upstreamPath, headers, body });
  const text = await reply.body.text();
  return upstreamReply.parse(JSON.parse(text)).choices[0]?.message.content ?? "";
}

async function startWorker(model: ChatModel): Promise<Worker> {
  const server = createHttpServer(new Map([[upstreamPath, { POST: completionsHandler(upstreamModel, model) }]]));
  return { url: await listen(server, 0), close: () => closeServer(server) };
}

/** A worker that crashed while its port stayed open: it takes connections and drops them. */
async function startCrashedWorker(): Promise<Worker> {
  const server = createTcpServer((socket) => socket.destroy());
  return { url: await listen(server, 0), close: () => new Promise((resolve) => server.close(() => resolve())) };
}
