import { Agent, request } from "undici";
import { z } from "zod";
import { parseMessage } from "../../../oracle/messages/message.ts";
import type { SigningDomain } from "../../../oracle/messages/messageDigest.ts";
import { verifyMessage } from "../../../oracle/messages/verifyMessage.ts";
import { closedLoop, costOf } from "../harness/cost.ts";

const pageSchema = z.object({ messages: z.array(z.object({ cursor: z.number() })) });

const perSecond = ({ requests, wallMs }: { requests: number; wallMs: number }): number =>
  Math.round((requests * 1_000) / wallMs);

/** Messages a server takes in a second from so many clients, each of which waits for the answer. @throws Error when it refuses one */
export async function takingSpeed(url: string, bodies: readonly string[], clients: number): Promise<number> {
  const dispatcher = new Agent({ connections: clients });
  const headers = { "content-type": "application/json" };
  const cost = await costOf(() =>
    closedLoop({ count: bodies.length, concurrency: clients }, async (nth) => {
      const body = bodies[nth] ?? "";
      const answer = await request(`${url}/v1/messages`, { method: "POST", headers, body, dispatcher });
      const text = await answer.body.text();
      if (answer.statusCode !== 201) throw new Error(`a message that it should take is answered: ${text}`);
    }),
  );
  await dispatcher.close();
  return perSecond(cost);
}

/** Pages of 100 messages a server answers in a second, the pages of one round in turn. */
export async function readingSpeed(url: string, count: number, clients: number): Promise<number> {
  const dispatcher = new Agent({ connections: clients });
  const read = async (after: number): Promise<string> => {
    const page = `${url}/v1/rounds/1/messages?limit=100&after=${after}`;
    const answer = await request(page, { dispatcher });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`a page is answered ${answer.statusCode}: ${text}`);
    return text;
  };
  const first = pageSchema.parse(JSON.parse(await read(0))).messages.at(0)?.cursor ?? 1;
  const cost = await costOf(() =>
    closedLoop({ count, concurrency: clients }, (nth) => read(first - 1 + 100 * (nth % 8))),
  );
  await dispatcher.close();
  return perSecond(cost);
}

/** Messages whose signatures one thread recovers in a second, with nothing else to do: no board that checks is faster. */
export async function verifyingSpeed(bodies: readonly string[], domain: SigningDomain): Promise<number> {
  const messages = bodies.map(parseMessage);
  return perSecond(
    await costOf(async () => {
      for (const message of messages) await verifyMessage(domain, message);
      return messages.length;
    }),
  );
}
