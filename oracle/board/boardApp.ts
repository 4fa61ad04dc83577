import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import { z } from "zod";
import { MalformedMessageError, maxMessageBytes, parseMessage } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { disputeOfSession, sessionName } from "../messages/session.ts";
import { verifyMessage, WrongMessageSignatureError } from "../messages/verifyMessage.ts";
import type { BoardStore } from "./boardStore.ts";
import { type ChainFacts, ChainUnreachableError, type ChainView, roundsBehind } from "./chainView.ts";
import type { DisputeFacts } from "./disputeView.ts";

/** Covers a block that this board's RPC has not seen yet. */
const roundsAhead = 1n;
const maxPage = 200;

/** A response of JSON that is text already. The headers are made anew each time: the server writes into them. */
const sendJson = (c: Context, text: string): Response => c.body(text, 200, { "content-type": "application/json" });

export interface BoardParts {
  readonly store: BoardStore;
  readonly chain: ChainView;
  readonly domain: SigningDomain;
  readonly log: Logger;
}

const roundIdSchema = z.string().regex(/^[0-9]{1,14}$/);
const pageSchema = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(maxPage).default(100),
});

/** A refusal: the status and one line that says what is wrong and what to do. */
class Refusal extends Error {
  override name = "Refusal";
  readonly status: 400 | 403 | 409 | 422 | 425 | 429;

  constructor(status: Refusal["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The message board over HTTP. It takes messages of seated evaluators only, because anyone can make keys and fill a board that takes
 * all; it decides nothing else: who reads checks signatures again, and a board that hides or forges is found out, not trusted.
 */
export function createBoardApp(parts: BoardParts): Hono {
  const app = new Hono();
  const limit = bodyLimit({
    maxSize: maxMessageBytes,
    onError: (c) => c.json({ error: `a message has at most ${maxMessageBytes} bytes` }, 413),
  });

  app.post("/v1/messages", limit, async (c) => {
    const { accepted, digest } = await take(parts, await c.req.text());
    return c.json({ digest }, accepted ? 201 : 200);
  });

  app.get("/v1/rounds/:roundId/messages", async (c) => {
    const roundId = parseRoundId(c.req.param("roundId"));
    const query = pageSchema.safeParse(c.req.query());
    if (!query.success) throw new Refusal(400, `after is a cursor of this board, limit a number from 1 to ${maxPage}`);
    const rows = await parts.store.page(roundId, query.data.after, query.data.limit);
    const messages = rows.map(({ cursor, body }) => `{"cursor":${cursor},"message":${body}}`).join(",");
    const next = rows.length === query.data.limit ? (rows.at(-1)?.cursor ?? null) : null;
    const board = JSON.stringify(parts.store.identity);
    return sendJson(c, `{"board":${board},"messages":[${messages}],"next":${next}}`);
  });

  app.get("/v1/rounds/:roundId/equivocations", async (c) => {
    const pairs = await parts.store.equivocations(parseRoundId(c.req.param("roundId")), maxPage);
    const body = pairs.map(({ first, second }) => `{"first":${first},"second":${second}}`).join(",");
    return sendJson(c, `{"equivocations":[${body}]}`);
  });

  app.get("/healthz", async (c) => {
    const { currentRoundId, seats } = await parts.chain.facts();
    return c.json({ ok: true, currentRoundId: currentRoundId.toString(), seats });
  });

  app.notFound((c) => c.json({ error: `no such page: ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message }, error.status);
    if (error instanceof ChainUnreachableError) return c.json({ error: error.message }, 503);
    parts.log.error({ err: error }, "the board failed");
    return c.json({ error: "the board failed; its log says why" }, 500);
  });
  return app;
}

/** Cheap checks first: a signature costs a millisecond to recover, everything before it next to nothing. */
async function take({ store, chain, domain, log }: BoardParts, text: string) {
  const message = refuse(() => parseMessage(text), MalformedMessageError, 400);
  const { kind, roundId, evaluator } = message;
  const disputeId = disputeOfSession(roundId);
  if (disputeId === undefined) checkDoor(await chain.facts(), roundId, evaluator);
  else checkDisputeDoor(await chain.dispute(disputeId), disputeId, evaluator);
  const digest = await verifyMessage(domain, message).catch((error: unknown) => {
    throw error instanceof WrongMessageSignatureError ? new Refusal(403, error.message) : error;
  });
  const verdict = await store.put(message, digest);
  if (verdict.outcome === "full")
    throw new Refusal(429, `${evaluator} has stored its ${verdict.bound} messages of ${sessionName(roundId)}`);
  if (verdict.outcome === "conflict") {
    log.warn({ kind, roundId: `${roundId}`, evaluator, held: verdict.held, digest }, "equivocation kept as evidence");
    throw new Refusal(409, `${evaluator} has sent another ${kind} for this already, ${verdict.held}: the first stands`);
  }
  return { accepted: verdict.outcome === "accepted", digest };
}

function checkDoor({ signersOf, currentRoundId }: ChainFacts, roundId: bigint, evaluator: `0x${string}`): void {
  if (roundId < currentRoundId - roundsBehind || roundId > currentRoundId + roundsAhead)
    throw new Refusal(422, `round ${roundId} is not under way: this board takes rounds around ${currentRoundId}`);
  const signers = signersOf.get(roundId);
  if (!signers) throw new Refusal(425, `round ${roundId} is not open on this board's chain yet: send it again`);
  if (!signers.has(evaluator))
    throw new Refusal(
      403,
      `${evaluator} holds no seat in round ${roundId}: the board takes messages of its seats only`,
    );
}

/** A second committee speaks while it measures, nobody else does at all. */
function checkDisputeDoor(facts: DisputeFacts | undefined, disputeId: bigint, evaluator: `0x${string}`): void {
  if (!facts || facts.speakers.size === 0)
    throw new Refusal(425, `no committee measures for dispute ${disputeId} on this board's chain: send it again`);
  if (!facts.speakers.has(evaluator))
    throw new Refusal(
      403,
      `${evaluator} is not in the second committee of dispute ${disputeId}: the board takes messages of its members only`,
    );
}

function parseRoundId(value: string): bigint {
  const parsed = roundIdSchema.safeParse(value);
  if (!parsed.success) throw new Refusal(400, `${value.slice(0, 20)} is no round: give its number`);
  return BigInt(parsed.data);
}

function refuse<T>(work: () => T, expected: typeof MalformedMessageError, status: Refusal["status"]): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof expected ? new Refusal(status, error.message) : error;
  }
}
