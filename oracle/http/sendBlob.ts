import { pipeline } from "node:stream/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { StoredBlob } from "../../evaluation/store/blobStore.ts";
import type { SocketEnv } from "./serveApp.ts";

/**
 * Answers with a blob; with 500 when it cannot be read, or with a transfer that breaks when that shows only later. Straight into the socket:
 * a response whose stream fails is otherwise ended as if it were whole, and whoever was promised more bytes waits for them.
 * @param noteFailure Told why it could not be read to its end.
 */
export async function sendBlob(
  c: Context<SocketEnv>,
  { bytes, size }: StoredBlob,
  noteFailure: (cause: unknown) => void,
): Promise<Response> {
  const chunks = bytes[Symbol.asyncIterator]();
  try {
    // Before anything is promised.
    const first = await chunks.next();
    const headers = { "content-type": "application/x-ndjson", ...(size !== null && { "content-length": `${size}` }) };
    if (c.req.method === "HEAD") {
      await chunks.return?.();
      return c.body(null, 200, headers);
    }
    const { outgoing } = c.env;
    outgoing.writeHead(200, headers);
    await pipeline(beginningWith(first, chunks), outgoing);
  } catch (cause) {
    if (!isReaderGone(cause)) noteFailure(cause);
    if (!c.env.outgoing.headersSent) return c.json({ error: "this blob cannot be read here: ask another store" }, 500);
  }
  return RESPONSE_ALREADY_SENT;
}

async function* beginningWith(first: IteratorResult<Buffer>, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done) return;
  yield first.value;
  yield* { [Symbol.asyncIterator]: () => rest };
}

const isReaderGone = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ERR_STREAM_PREMATURE_CLOSE";
