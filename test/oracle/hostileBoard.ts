import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Message, parseMessage, stringifyMessage } from "../../oracle/messages/message.ts";
import { messageSubject } from "../../oracle/messages/messageDigest.ts";

/** What a board does instead of what it should. Whoever asks is told apart by the path in front of the API. */
export interface Hostility {
  /** Whether a message is shown to a reader. */
  shows?: (message: Message, reader: string) => boolean;
  /** The order in which messages are shown. */
  order?: (messages: readonly Message[]) => readonly Message[];
  /** Whether a message is kept that the board says it has taken. */
  keeps?: (message: Message) => boolean;
  /** What is answered to a page, whatever is asked; `end` is called by the answer, or never. */
  page?: (response: ServerResponse) => void;
  /** Messages that are shown besides those that were sent. */
  adds?: readonly Message[];
}

export interface HostileBoard {
  readonly url: string;
  /** The board's address for one reader. */
  urlFor(reader: string): string;
  readonly hostility: Hostility;
  /** Messages sent to it, all of them, in order. */
  readonly posted: readonly Message[];
  /** How often pages were asked for. */
  readonly reads: () => number;
  close(): void;
}

const idOf = (message: Message): string =>
  `${message.roundId}:${message.kind}:${messageSubject(message)}:${message.evaluator}`;

/** A message board over real HTTP that keeps to the protocol but for its hostility. */
export async function startHostileBoard(hostility: Hostility = {}): Promise<HostileBoard> {
  const posted: Message[] = [];
  const kept = new Map<string, Message>();
  const contradicting: { first: Message; second: Message }[] = [];
  let reads = 0;

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: string[] = [];
    for await (const part of request) parts.push(`${part}`);
    const message = parseMessage(parts.join(""));
    posted.push(message);
    const first = kept.get(idOf(message));
    if (first && first.signature !== message.signature) {
      contradicting.push({ first, second: message });
      response.writeHead(409).end('{"error":"the first stands"}');
      return;
    }
    if (hostility.keeps?.(message) ?? true) kept.set(idOf(message), message);
    response.writeHead(201).end("{}");
  };

  const show = (roundId: bigint, reader: string, after: number, response: ServerResponse): void => {
    reads += 1;
    if (hostility.page) {
      hostility.page(response);
      return;
    }
    const mine = [...kept.values(), ...(hostility.adds ?? [])].filter((message) => message.roundId === roundId);
    const ordered = (hostility.order?.(mine) ?? mine).filter((message) => hostility.shows?.(message, reader) ?? true);
    const numbered = ordered.map((message, i) => `{"cursor":${i + 1},"message":${stringifyMessage(message)}}`);
    const page = numbered.slice(after, after + 100);
    const next = page.length === 100 ? after + 100 : null;
    response.end(`{"board":"hostile","messages":[${page.join(",")}],"next":${next}}`);
  };

  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    const url = new URL(request.url ?? "/", "http://board");
    if (request.method === "POST") return void take(request, response).catch(() => response.destroy());
    const [, reader = "", roundId = "0", what] = /^\/?(.*?)\/v1\/rounds\/(\d+)\/(\w+)$/.exec(url.pathname) ?? [];
    if (what === "equivocations") {
      const pairs = contradicting.map(
        ({ first, second }) => `{"first":${stringifyMessage(first)},"second":${stringifyMessage(second)}}`,
      );
      return void response.end(`{"equivocations":[${pairs.join(",")}]}`);
    }
    show(BigInt(roundId), reader, Number(url.searchParams.get("after") ?? 0), response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    url,
    urlFor: (reader) => `${url}/${reader}`,
    hostility,
    posted,
    reads: () => reads,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
