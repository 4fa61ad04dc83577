import type { Logger } from "pino";
import { request } from "undici";
import type { Hex } from "viem";
import { z } from "zod";
import { type Message, messageSchema, stringifyMessage } from "../messages/message.ts";
import { messageDigest, type SigningDomain } from "../messages/messageDigest.ts";

/** One message board, as a node sees it: a place to leave and find messages, believed in nothing. */
export interface BoardClient {
  readonly url: string;
  /** Whether it answered the last time. */
  readonly reachable: () => boolean;
  /** Leaves a message, once; again at the next call when the board did not answer. */
  publish(message: Message): Promise<void>;
  /** The messages of a round that came since the last call, in the board's order. Empty when it does not answer. */
  fetchNew(roundId: bigint): Promise<Message[]>;
  /** Forgets what it knows of rounds before `roundId`. */
  forgetBefore(roundId: bigint): void;
  check(): Promise<boolean>;
}

const pageSize = 100;
/** Pages read in one go; the rest comes the next time. */
const pagesAtOnce = 8;
const timeoutMs = 4_000;
/** A page of the largest messages. */
const maxBodyBytes = 4_000_000;
/** The board's chain is behind this node's: what it does not take now it takes later. */
const tooEarly = 425;

const pageSchema = z.strictObject({
  board: z.string().max(64),
  messages: z.array(z.strictObject({ cursor: z.number().int().positive(), message: z.unknown() })).max(pageSize),
  next: z.number().int().positive().nullable(),
});

/** A board answered with something that no board says. */
class BoardError extends Error {
  override name = "BoardError";
}

export function createBoardClient(url: string, domain: SigningDomain, log: Logger): BoardClient {
  const base = url.replace(/\/+$/, "");
  const delivered = new Map<bigint, Set<Hex>>();
  const cursors = new Map<bigint, number>();
  let reachable = true;
  let identity: string | undefined;

  const call = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      const result = await work();
      if (!reachable) log.info({ board: base }, "board answers again");
      reachable = true;
      return result;
    } catch (error) {
      if (reachable) log.warn({ board: base, reason: reasonOf(error) }, "board does not answer; trying again");
      reachable = false;
      return otherwise;
    }
  };

  const deliver = async (message: Message, digest: Hex): Promise<void> => {
    const { status, text } = await send(`${base}/v1/messages`, stringifyMessage(message));
    if (status >= 500) throw new BoardError(`status ${status}`);
    if (status === tooEarly) return;
    deliveredIn(message.roundId).add(digest);
    if (status >= 400) log.warn({ board: base, status, kind: message.kind, text }, "board refused a message");
  };

  const deliveredIn = (roundId: bigint): Set<Hex> => {
    const known = delivered.get(roundId) ?? new Set();
    delivered.set(roundId, known);
    return known;
  };

  /** A board that lost its messages numbers them anew: everything is read, and delivered, again. */
  const meet = (board: string): boolean => {
    if (board === identity) return true;
    const isFirst = identity === undefined;
    identity = board;
    if (isFirst) return true;
    delivered.clear();
    cursors.clear();
    return false;
  };

  const readPages = async (roundId: bigint): Promise<Message[]> => {
    const found: Message[] = [];
    let after = cursors.get(roundId) ?? 0;
    for (let count = 0; count < pagesAtOnce; count += 1) {
      const { status, text } = await send(`${base}/v1/rounds/${roundId}/messages?after=${after}&limit=${pageSize}`);
      if (status !== 200) throw new BoardError(`status ${status}`);
      const page = parsePage(text);
      if (!meet(page.board)) return [];
      for (const { cursor, message } of page.messages) {
        if (cursor <= after) throw new BoardError("its cursors do not rise");
        after = cursor;
        const parsed = messageSchema.safeParse(message);
        if (parsed.success && parsed.data.roundId === roundId) found.push(parsed.data);
      }
      if (page.next === null) break;
    }
    cursors.set(roundId, after);
    return found;
  };

  return {
    url: base,
    reachable: () => reachable,
    async publish(message) {
      const digest = messageDigest(domain, message);
      if (!deliveredIn(message.roundId).has(digest)) await call(() => deliver(message, digest), undefined);
    },
    fetchNew: (roundId) => call(() => readPages(roundId), []),
    forgetBefore(roundId) {
      for (const known of [delivered, cursors]) {
        for (const round of known.keys()) if (round < roundId) known.delete(round);
      }
    },
    check: () => call(async () => (await send(`${base}/healthz`)).status === 200, false),
  };
}

function parsePage(text: string): z.infer<typeof pageSchema> {
  try {
    return pageSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BoardError("its page is not one of a message board", { cause });
  }
}

async function send(url: string, body?: string): Promise<{ status: number; text: string }> {
  const { statusCode, body: stream } = await request(url, {
    method: body === undefined ? "GET" : "POST",
    ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > maxBodyBytes) throw new BoardError(`its answer is longer than ${maxBodyBytes} bytes`);
    parts.push(bytes);
  }
  return { status: statusCode, text: Buffer.concat(parts).toString("utf8") };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : `${error}`);
