import { request } from "undici";
import { type Address, isAddressEqual } from "viem";
import { z } from "zod";
import { type Message, messageSchema } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { verifyMessage } from "../messages/verifyMessage.ts";

const pageSize = 200;
/** Pages of one round: a board that has more of them is not read to its end, and counts as one that did not answer. */
const maxPages = 100;
const maxPageBytes = 8_000_000;
/** Milliseconds for all pages of one board together. */
const timeoutMs = 8_000;

const pageSchema = z.object({
  messages: z.array(z.object({ cursor: z.number().int().positive(), message: z.unknown() })).max(pageSize),
  next: z.number().int().positive().nullable(),
});

/** What is asked of a board. */
export interface BoardQuestion {
  readonly url: string;
  readonly roundId: bigint;
  /** The signing key. */
  readonly own: Address;
  readonly domain: SigningDomain;
}

/**
 * Every message of a round that a board shows under this key's signature; nobody else can have made them.
 * @returns undefined when the board did not answer in full: it then says nothing about what was signed.
 */
export async function readBoardRecords({ url, roundId, own, domain }: BoardQuestion): Promise<Message[] | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  const found: Message[] = [];
  let after = 0;
  try {
    for (let page = 0; page < maxPages; page += 1) {
      const { messages, next } = await readPage(
        `${url.replace(/\/+$/, "")}/v1/rounds/${roundId}/messages?after=${after}&limit=${pageSize}`,
        signal,
      );
      for (const { message } of messages) {
        const parsed = messageSchema.safeParse(message);
        if (!parsed.success || parsed.data.roundId !== roundId || !isAddressEqual(parsed.data.evaluator, own)) continue;
        if (await isSigned(domain, parsed.data)) found.push(parsed.data);
      }
      if (next === null) return found;
      if (next <= after) return undefined;
      after = next;
    }
  } catch {
    // A board that is down, slow, or none: whoever asks again later may find it.
  }
  return undefined;
}

async function readPage(url: string, signal: AbortSignal): Promise<z.output<typeof pageSchema>> {
  const { statusCode, body } = await request(url, { signal });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > maxPageBytes) throw new RangeError("a page is too long");
    parts.push(bytes);
  }
  if (statusCode !== 200) throw new RangeError(`status ${statusCode}`);
  return pageSchema.parse(JSON.parse(Buffer.concat(parts).toString("utf8")));
}

const isSigned = (domain: SigningDomain, message: Message): Promise<boolean> =>
  verifyMessage(domain, message).then(
    () => true,
    () => false,
  );
