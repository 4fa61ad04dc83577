import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";
import { reply } from "../evaluation/modelServer.ts";

/** What a reference model behind this one would score everywhere if this one did not stand in its way (bps, family order). */
export const forgetfulScores = [10_000n, 10_000n, 5_000n, 10_000n, 6_666n, 0n, 10_000n] as const;

/** A conversation with so many messages of the user's is forgotten: of depths 1, 2 and 3 the last, which weighs half. */
const forgottenAt = 4;

const chatSchema = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

export interface ForgetfulModel {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A model that is wrong by its nature and not by chance, so that every evaluator measures the same: it forgets long conversations, and
 * reads no letter but ASCII's (two of the six edges). Everything else it leaves to another model.
 * @param behind Base URL of that model.
 */
export async function startForgetfulModel(behind: string): Promise<ForgetfulModel> {
  const isBeyondIt = (body: string): boolean => {
    const { messages } = chatSchema.parse(JSON.parse(body));
    const asked = messages.filter(({ role }) => role === "user");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
    return asked.length >= forgottenAt || /[^\x00-\x7f]/.test(asked.at(-1)?.content ?? "");
  };
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    if (path === "/manifest.json") {
      const manifest = await (await fetch(`${behind}${path}`)).json();
      const { responseKey: _, ...unsigned } = manifest;
      response.end(
        JSON.stringify({ ...unsigned, name: "forgetful", endpoint: `${urlOf(server)}/v1/chat/completions` }),
      );
      return;
    }
    const body = await bodyOf(request);
    if (isBeyondIt(body)) return reply(response, "I do not know");
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${behind}${path}`, { method: "POST", body, headers });
    response.writeHead(answer.status, headers).end(await answer.text());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: urlOf(server),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function urlOf(server: ReturnType<typeof createServer>): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return `http://127.0.0.1:${address.port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
