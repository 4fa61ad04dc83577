/**
 * A message board that cannot be relied on, in front of one that can: it swallows some messages and says thank you, hides others from
 * whoever reads, and hands out the rest in another order. Which ones follows from the message and a seed, not from when it is asked.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";
import { sha256 } from "../../../evaluation/evidence/sha256.ts";
import { configPath, readConfig } from "../../../oracle/service/readConfig.ts";
import { RefusedStart } from "../../../oracle/service/refusedStart.ts";
import { runService } from "../../../oracle/service/runService.ts";

const configSchema = z.strictObject({
  behind: z.url(),
  seed: z.string(),
  /** One message in so many is swallowed, and one in so many hidden. */
  oneIn: z.number().int().min(2),
});
const pageSchema = z.object({
  board: z.string(),
  messages: z.array(z.object({ cursor: z.number(), message: z.unknown() })),
  next: z.number().nullable(),
});
type Page = z.infer<typeof pageSchema>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

await runService("faulty board", async () => {
  const { behind, seed, oneIn } = await readConfig(
    configPath(process.argv.slice(2), "faultyBoard.ts --config FILE"),
    configSchema,
  );
  const drawOf = (what: string, text: string): number =>
    Number.parseInt(sha256(`${seed} ${what} ${text}`).slice(0, 8), 16);
  const isDrawn = (what: string, text: string): boolean => drawOf(what, text) % oneIn === 0;

  const faultyPage = (page: Page): Page => {
    const cursors = page.messages.map(({ cursor }) => cursor);
    const order = page.messages
      .map(({ message }) => ({ message, place: drawOf("place", JSON.stringify(message)) }))
      .sort((a, b) => a.place - b.place);
    // Cursors rise, so that nobody notices.
    const messages = order.map(({ message }, i) => ({ cursor: cursors[i] ?? 0, message }));
    return { ...page, messages: messages.filter(({ message }) => !isDrawn("hide", JSON.stringify(message))) };
  };

  const server = createServer(async (request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    try {
      const method = request.method ?? "GET";
      const body = method === "POST" ? await bodyOf(request) : undefined;
      if (body !== undefined && isDrawn("swallow", body)) return answer(201, "{}");
      const init = body === undefined ? {} : { method, body, headers: { "content-type": "application/json" } };
      const found = await fetch(new URL(request.url ?? "/", behind), init);
      const text = await found.text();
      const isPage = found.ok && /\/messages\?/.test(request.url ?? "");
      return answer(found.status, isPage ? JSON.stringify(faultyPage(pageSchema.parse(JSON.parse(text)))) : text);
    } catch {
      return answer(502, "{}");
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new RefusedStart("no port");
  return {
    ready: `faulty board ready http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
});
