import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import type { ClientAddress } from "../http/clientAddress.ts";
import type { RateLimit } from "../http/rateLimit.ts";
import type { SocketEnv } from "../http/serveApp.ts";
import { maxMessageBytes } from "../messages/message.ts";
import type { BoardMetrics, BoardPage } from "./boardMetrics.ts";
import { ChainUnreachableError } from "./chainView.ts";
import type { Readiness } from "./readiness.ts";
import { Refusal } from "./refusal.ts";
import { type TakingParts, takeMessage } from "./takeMessage.ts";

const maxPage = 200;

/** A response of JSON that is text already. The headers are made anew each time: the server writes into them. */
const sendJson = (c: Context, text: string): Response => c.body(text, 200, { "content-type": "application/json" });

export interface BoardParts extends TakingParts {
  readonly clientAddress: ClientAddress;
  readonly postRate: RateLimit;
  readonly readRate: RateLimit;
  readonly readiness: () => Promise<Readiness>;
}

const roundIdSchema = z.string().regex(/^[0-9]{1,14}$/);
const pageSchema = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(maxPage).default(100),
});

/**
 * The message board over HTTP. It takes messages of seated evaluators only, because anyone can make keys and fill a board that takes
 * all; it decides nothing else: who reads checks signatures again, and a board that hides or forges is found out, not trusted.
 */
export function createBoardApp(parts: BoardParts): Hono<SocketEnv> {
  const app = new Hono<SocketEnv>();
  const { store, chain, metrics, log } = parts;
  const limit = bodyLimit({
    maxSize: maxMessageBytes,
    onError: () => {
      throw new Refusal("tooLarge", `a message has at most ${maxMessageBytes} bytes`);
    },
  });

  app.use(measureTime(metrics), limitAddress(parts));

  app.post("/v1/messages", limit, async (c) => {
    const { outcome, digest } = await takeMessage(parts, await c.req.text());
    metrics.messages.inc({ outcome });
    return c.json({ digest }, outcome === "taken" ? 201 : 200);
  });

  app.get("/v1/rounds/:roundId/messages", async (c) => {
    const roundId = parseRoundId(c.req.param("roundId"));
    const query = pageSchema.safeParse(c.req.query());
    if (!query.success)
      throw new Refusal("malformed", `after is a cursor of this board, limit a number from 1 to ${maxPage}`);
    const rows = await store.page(roundId, query.data.after, query.data.limit);
    metrics.reads.inc({ page: "messages" });
    const messages = rows.map(({ cursor, body }) => `{"cursor":${cursor},"message":${body}}`).join(",");
    const next = rows.length === query.data.limit ? (rows.at(-1)?.cursor ?? null) : null;
    const board = JSON.stringify(store.identity);
    return sendJson(c, `{"board":${board},"messages":[${messages}],"next":${next}}`);
  });

  app.get("/v1/rounds/:roundId/equivocations", async (c) => {
    const pairs = await store.equivocations(parseRoundId(c.req.param("roundId")), maxPage);
    metrics.reads.inc({ page: "equivocations" });
    const body = pairs.map(({ first, second }) => `{"first":${first},"second":${second}}`).join(",");
    return sendJson(c, `{"equivocations":[${body}]}`);
  });

  app.get("/healthz", async (c) => {
    const { currentRoundId, seats } = await chain.facts();
    return c.json({ ok: true, currentRoundId: currentRoundId.toString(), seats });
  });

  app.get("/readyz", async (c) => {
    const { ok, missing } = await parts.readiness();
    return c.json({ ok, missing }, ok ? 200 : 503);
  });

  app.get("/metrics", async (c) =>
    c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );

  app.notFound((c) => c.json({ error: `no such page: ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    const refusal = refusalOf(error, c);
    if (refusal) {
      metrics.refusals.inc({ reason: refusal.reason });
      return answerRefusal(c, refusal);
    }
    log.error({ err: error }, "the board failed");
    return c.json({ error: "the board failed; its log says why" }, 500);
  });
  return app;
}

/** Undefined for an error of the board's own. */
function refusalOf(error: Error, c: Context<SocketEnv>): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof ChainUnreachableError) return new Refusal("chain", error.message, 1);
  return c.env.incoming.complete ? undefined : new Refusal("malformed", "the request broke off: send it again");
}

const measureTime =
  ({ requestSeconds }: BoardMetrics): MiddlewareHandler<SocketEnv> =>
  async (c, next) => {
    const stop = requestSeconds.startTimer({ page: pageOf(c.req.path) });
    await next();
    stop({ status: `${c.res.status}` });
  };

function pageOf(path: string): BoardPage {
  if (path === "/v1/messages") return "post";
  if (!path.startsWith("/v1/rounds/")) return "other";
  return path.endsWith("/equivocations") ? "equivocations" : "messages";
}

/** Who asks too often is told when to come again, before anything is read of what is asked. */
const limitAddress =
  ({ clientAddress, postRate, readRate }: BoardParts): MiddlewareHandler<SocketEnv> =>
  async (c, next) => {
    const address = clientAddress(c.env.incoming);
    const rate = c.req.method === "POST" ? postRate : readRate;
    const seconds = await rate.take(address);
    if (seconds === undefined) return next();
    throw new Refusal(
      "addressTooOften",
      `${address} asks more often than this board answers one address: ask again in ${seconds} s`,
      seconds,
    );
  };

function answerRefusal(c: Context, { status, message, retryAfter }: Refusal): Response {
  if (retryAfter !== undefined) c.header("retry-after", `${retryAfter}`);
  return c.json({ error: message }, status);
}

function parseRoundId(value: string): bigint {
  const parsed = roundIdSchema.safeParse(value);
  if (!parsed.success) throw new Refusal("malformed", `${value.slice(0, 20)} is no round: give its number`);
  return BigInt(parsed.data);
}
