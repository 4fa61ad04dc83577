import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Plan } from "../../evaluation/plan/plan.ts";

/** A request as a model sees it. */
export interface Chat {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Requests before this one. */
  readonly count: number;
}

/** Answers a chat with a text, or handles the response itself and returns null. */
export type Answer = (chat: Chat, response: ServerResponse, request: IncomingMessage) => string | null;

export interface ModelServer {
  readonly url: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A real HTTP server on a free port that speaks chat completions. */
export async function startModelServer(answer: Answer): Promise<ModelServer> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    requests.push(body);
    const { messages } = JSON.parse(body || '{"messages":[]}');
    const text = answer({ messages, count: requests.length - 1 }, response, request);
    if (text !== null) reply(response, text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}

export function reply(response: ServerResponse, text: string): void {
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }] }),
  );
}

/** An answer that writes the response itself. */
export function raw(respond: (response: ServerResponse) => void): Answer {
  return (_, response) => {
    respond(response);
    return null;
  };
}

/** Knows every right answer: label prompts from the plan, slots by following the conversation, line by line. */
export function oracleOf(plan: Pick<Plan, "items">): Answer {
  const expected = new Map(
    plan.items.flatMap(({ family, probes }) =>
      family === "C" ? [] : probes.map((probe) => [probe.prompt, probe.expected]),
    ),
  );
  return ({ messages }) => expected.get(messages.at(-1)?.content ?? "") ?? followSlots(messages);
}

function followSlots(messages: Chat["messages"]): string {
  const slots = new Map<string, string>();
  const read = (slot = "") => slots.get(slot) ?? "empty";
  for (const line of messages.flatMap(({ role, content }) => (role === "user" ? content.split("\n") : []))) {
    const [, set, value] = /^Set slot (\w) to (\d+)\./.exec(line) ?? [];
    const [, from, to] = /^Copy slot (\w) into slot (\w)\./.exec(line) ?? [];
    const [, cleared] = /^Clear slot (\w)\./.exec(line) ?? [];
    const [, left, right] = /^Swap slots (\w) and (\w)\./.exec(line) ?? [];
    const [, asked] = /^What is in slot (\w)\?/.exec(line) ?? [];
    if (asked) return `ANSWER: ${read(asked)}`;
    if (set && value) slots.set(set, value);
    if (to) slots.set(to, read(from));
    if (cleared) slots.delete(cleared);
    if (left && right) {
      const [l, r] = [read(left), read(right)];
      slots.set(left, r).set(right, l);
    }
  }
  return "OK";
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
