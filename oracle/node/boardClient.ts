import type { Logger } from "pino";
import { request } from "undici";
import { z } from "zod";
import { type Message, messageSchema, stringifyMessage } from "../messages/message.ts";

/** What a board made of a message: has it, has another one in its place, will never take it, may take it later, or has had enough. */
export type Delivery = "taken" | "conflict" | "refused" | "early" | "busy";

/** One page of a round's messages. */
export interface BoardPage {
  /** Made with the board's database: cursors of one identity mean nothing to another. */
  readonly board: string;
  readonly messages: readonly Message[];
  /** Messages left out because they are none that is known here, or of another round. */
  readonly junk: number;
  /** Where the next page goes on. */
  readonly after: number;
  readonly isLast: boolean;
  readonly bytes: number;
}

/** One message board, as a node sees it: a place to leave and find messages, believed in nothing. */
export interface BoardClient {
  readonly url: string;
  /** Whether it answered the last time. */
  readonly reachable: () => boolean;
  /**
   * Does something with the board; a board that fails is left alone for a while, twice as long each time, and one that asks to be read
   * later as long as it says, within bounds.
   * @returns undefined when it does not answer, or is left alone.
   */
  attempt<T>(work: (door: BoardDoor) => Promise<T>): Promise<T | undefined>;
  check(): Promise<boolean>;
}

/** What a board can be asked. Every call throws when it does not answer, or not as a board does. */
export interface BoardDoor {
  post(message: Message): Promise<Delivery>;
  /** The messages of a round after a cursor, in the board's order. */
  page(roundId: bigint, after: number): Promise<BoardPage>;
  /** Messages of which the board has two that contradict each other. */
  equivocations(roundId: bigint): Promise<readonly Message[]>;
}

const pageSize = 100;
const timeoutMs = 4_000;
/** A page of the largest messages. */
const maxBodyBytes = 4_000_000;
/** Attempts left out after many failures in a row. */
const maxRest = 31;
const maxPairs = 200;
/** What a board may ask a reader to wait, whatever it says: rounds do not wait for it. */
const maxWaitMs = 5_000;
/** Times in a row that a board may ask to be read later; one that always does is as good as down. */
const maxPutOff = 8;

const pageSchema = z.strictObject({
  board: z.string().max(64),
  messages: z.array(z.strictObject({ cursor: z.number().int().positive(), message: z.unknown() })).max(pageSize),
  next: z.number().int().positive().nullable(),
});
const pairsSchema = z.strictObject({
  equivocations: z.array(z.strictObject({ first: messageSchema, second: messageSchema })).max(maxPairs),
});

/** A board answered with something that no board says. */
class BoardError extends Error {
  override name = "BoardError";
}

/** A board asks to be read later. */
class BoardBusyError extends Error {
  override name = "BoardBusyError";
  readonly waitMs: number;

  constructor(retryAfter: string | undefined) {
    super("it asks to be read less often");
    const seconds = Number(retryAfter ?? 1);
    this.waitMs = Math.min(maxWaitMs, 1_000 * (Number.isFinite(seconds) ? Math.max(0, seconds) : 1));
  }
}

/** @param now Milliseconds; only differences count. */
export function createBoardClient(url: string, log: Logger, now = () => performance.now()): BoardClient {
  const base = url.replace(/\/+$/, "");
  const door = createDoor(base, log);
  let reachable = true;
  let failures = 0;
  let rest = 0;
  let putOff = 0;
  let notBefore = Number.NEGATIVE_INFINITY;

  /** @returns whether the board is left alone for a moment, as it asks, and nothing else is the matter. */
  const isPutOff = (error: unknown): boolean => {
    if (!(error instanceof BoardBusyError)) return false;
    notBefore = now() + error.waitMs;
    putOff += 1;
    return putOff < maxPutOff;
  };

  const attempt = async <T>(work: (door: BoardDoor) => Promise<T>): Promise<T | undefined> => {
    if (rest > 0) {
      rest -= 1;
      return undefined;
    }
    if (now() < notBefore) return undefined;
    try {
      const result = await work(door);
      putOff = 0;
      if (!reachable) log.info({ board: base }, "board answers again");
      reachable = true;
      failures = 0;
      return result;
    } catch (error) {
      if (isPutOff(error)) return undefined;
      if (reachable) log.warn({ board: base, reason: reasonOf(error) }, "board does not answer; trying again");
      reachable = false;
      failures += 1;
      rest = Math.min(maxRest, 2 ** Math.min(failures, 8) - 2);
      return undefined;
    }
  };

  return {
    url: base,
    reachable: () => reachable,
    attempt,
    check: async () => (await attempt(async () => (await send(`${base}/healthz`)).status === 200)) ?? false,
  };
}

function createDoor(base: string, log: Logger): BoardDoor {
  return {
    async post(message) {
      const { status, text } = await send(`${base}/v1/messages`, stringifyMessage(message));
      const delivery = deliveryOf(status);
      if (delivery === "refused" || delivery === "conflict")
        log.warn({ board: base, status, kind: message.kind, text: text.slice(0, 300) }, "board refused a message");
      return delivery;
    },
    async page(roundId, after) {
      const text = await read(`${base}/v1/rounds/${roundId}/messages?after=${after}&limit=${pageSize}`);
      return readPage(text, roundId, after);
    },
    async equivocations(roundId) {
      const { equivocations } = parse(pairsSchema, await read(`${base}/v1/rounds/${roundId}/equivocations`));
      return equivocations.flatMap(({ first, second }) => [first, second]).filter((each) => each.roundId === roundId);
    },
  };
}

function deliveryOf(status: number): Delivery {
  if (status < 300) return "taken";
  if (status === 409) return "conflict";
  // The board's chain is behind this node's: what it does not take now it takes later.
  if (status === 425) return "early";
  if (status === 429) return "busy";
  if (status >= 400 && status < 500) return "refused";
  throw new BoardError(`status ${status}`);
}

function readPage(text: string, roundId: bigint, from: number): BoardPage {
  const { board, messages: found, next } = parse(pageSchema, text);
  const messages: Message[] = [];
  let after = from;
  for (const { cursor, message } of found) {
    if (cursor <= after) throw new BoardError("its cursors do not rise");
    after = cursor;
    const parsed = messageSchema.safeParse(message);
    if (parsed.success && parsed.data.roundId === roundId) messages.push(parsed.data);
  }
  const isLast = next === null || found.length === 0;
  return { board, messages, junk: found.length - messages.length, after, isLast, bytes: text.length };
}

function parse<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BoardError("its answer is not one of a message board", { cause });
  }
}

async function read(url: string): Promise<string> {
  const { status, text, retryAfter } = await send(url);
  if (status === 429) throw new BoardBusyError(retryAfter);
  if (status !== 200) throw new BoardError(`status ${status}`);
  return text;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** As the board says it: seconds. */
  readonly retryAfter: string | undefined;
}

async function send(url: string, body?: string): Promise<Answer> {
  const {
    statusCode,
    headers,
    body: stream,
  } = await request(url, {
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
  const retryAfter = [headers["retry-after"] ?? []].flat()[0];
  return { status: statusCode, text: Buffer.concat(parts).toString("utf8"), retryAfter };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : `${error}`);
