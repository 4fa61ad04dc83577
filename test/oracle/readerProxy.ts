import { createServer } from "node:http";

export interface ReaderProxy {
  readonly url: string;
  /** Method and path of everything that was asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Stands before a message board and notes what it is asked. */
export async function startReaderProxy(behind: string): Promise<ReaderProxy> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    asked.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
    const headers = { "content-type": "application/json" };
    try {
      const answer = await fetch(`${behind}${url}`, { method, headers, ...(body === undefined ? {} : { body }) });
      response.writeHead(answer.status, headers).end(await answer.text());
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
