import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { readCompletion } from "../../../evaluation/transport/readCompletion.ts";
import { Transport, type TransportOptions } from "../../../evaluation/transport/transport.ts";
import { selfSigned } from "./selfSigned.ts";
import {
  closeAll,
  closed,
  closeLater,
  completion,
  dribble,
  eventsOf,
  flood,
  ok,
  type Reaction,
  serve,
} from "./tcpServer.ts";

afterEach(closeAll);

const maxBodyBytes = 2048;
/** For those that must not run out of time on a busy machine, and for those that must. */
const patient = { connectTimeoutMs: 30_000, requestTimeoutMs: 30_000 };
const brief = { connectTimeoutMs: 30_000, requestTimeoutMs: 150 };

type Changes = Partial<TransportOptions> & { readonly scheme?: "http" | "https" };

async function ask(port: number, { scheme = "http", ...changes }: Changes = {}) {
  const transport = new Transport({
    ...patient,
    maxBodyBytes,
    endpoint: { url: new URL(`${scheme}://models.test:${port}/v1/chat/completions`), address: "127.0.0.1", family: 4 },
    connections: 2,
    headers: { "content-type": "application/json" },
    clock: () => Math.round(performance.now() * 1000),
    ...changes,
  });
  closeLater(() => transport.close());
  const exchange = await transport.send('{"a":1}');
  expect(exchange.body.length).toBeLessThanOrEqual(changes.maxBodyBytes ?? maxBodyBytes);
  expect(exchange.sent).toBeLessThanOrEqual(exchange.end);
  return { ...exchange, completion: readCompletion(exchange) };
}

const chunkedHead = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const encoded = (coding: string, body: Buffer) => ok(body, "200 OK", `content-encoding: ${coding}\r\n`);
const redirectTo = (location: string, status = "307 Moved") => ok("", status, `location: ${location}\r\n`);

/** Writes the same bytes for as long as the other side takes them. */
function pour(head: string | Buffer, bytes: string | Buffer): Reaction {
  return (socket) => {
    socket.write(head);
    const more = () => {
      while (!socket.destroyed && socket.write(bytes));
    };
    socket.on("drain", more);
    more();
  };
}

describe("an endpoint that takes its time", () => {
  it.each<[string, Reaction, Changes?]>([
    ["never answers", () => undefined],
    ["sends a byte now and then", (socket) => void dribble(socket)],
    ["sends a byte of a header now and then", (socket) => void dribble(socket, "HTTP/1.1 200 OK\r\nx: ")],
    ["sends a byte of the status now and then", (socket) => void dribble(socket, "HTTP/1.1 200 ")],
    [
      "streams a token and falls silent",
      (socket) => void socket.write(`${chunkedHead}1\r\n \r\n`),
      { streaming: true },
    ],
    ["never ends its stream", (socket) => void socket.write(chunkedHead + chunk(eventsOf(["a"]))), { streaming: true }],
    [
      "redirects to where nobody answers",
      (socket, request) => {
        if (request.includes(" /v1/")) socket.write(redirectTo("/slow"));
      },
    ],
    [
      "never ends a compressed body",
      (socket) => {
        const half = gzipSync("{}").subarray(0, 12);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 99\r\n\r\n`);
        socket.write(half);
      },
    ],
  ])("error: %s", async (_, reaction, changes) => {
    const port = await serve(reaction);
    expect((await ask(port, { ...brief, ...changes })).completion.failure).toBe("timeout");
  });

  it("error: never finishes its TLS handshake", async () => {
    const port = await serve(() => undefined);
    expect((await ask(port, { ...brief, scheme: "https" })).completion.failure).toBe("timeout");
  });
});

describe("an endpoint that sends too much", () => {
  it.each<[string, Reaction, string, (string | null)?, Changes?]>([
    ["gigabytes in chunks", (socket) => flood(socket), "truncated"],
    [
      "gigabytes with a length",
      pour("HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n", "x".repeat(65_536)),
      "truncated",
    ],
    ["gigabytes until it closes", pour("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(65_536)), "truncated"],
    [
      "an endless stream of tokens",
      pour(chunkedHead, chunk(`${eventsOf(["a"]).split("\n\n")[0]}\n\n`)),
      "truncated",
      null,
      { streaming: true },
    ],
    [
      "an event without an end",
      pour(chunkedHead, chunk(`data: ${"x".repeat(1000)}`)),
      "truncated",
      null,
      { streaming: true },
    ],
    [
      "headers without an end",
      pour("HTTP/1.1 200 OK\r\n", "x-a: b\r\n".repeat(1000)),
      "streamBroken",
      "UND_ERR_HEADERS_OVERFLOW",
    ],
    [
      "one header without an end",
      pour("HTTP/1.1 200 OK\r\nx: ", "y".repeat(65_536)),
      "streamBroken",
      "UND_ERR_HEADERS_OVERFLOW",
    ],
    [
      "trailers without an end",
      pour(`${chunkedHead}0\r\n`, "x-a: b\r\n".repeat(1000)),
      "streamBroken",
      "UND_ERR_HEADERS_OVERFLOW",
    ],
    [
      "interim answers without an end",
      pour("", "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".repeat(100)),
      "streamBroken",
      "INTERIM_FLOOD",
    ],
    [
      "a redirect with a body without an end",
      pour("HTTP/1.1 307 Moved\r\nlocation: /next\r\ntransfer-encoding: chunked\r\n\r\n", chunk("x".repeat(65_536))),
      "streamBroken",
      "WIRE_LIMIT",
    ],
    [
      "empty blocks of deflate without an end",
      pour(
        Buffer.from("HTTP/1.1 200 OK\r\ncontent-encoding: deflate\r\n\r\nx\x9c", "latin1"),
        Buffer.alloc(5000, Buffer.from([0, 0, 0, 0xff, 0xff])),
      ),
      "streamBroken",
    ],
  ])("error: %s", async (_, reaction, failure, detail, changes) => {
    const sockets: Socket[] = [];
    const port = await serve((socket, request) => {
      sockets.push(socket);
      if (typeof reaction === "function") reaction(socket, request);
    });
    const exchange = await ask(port, changes);
    expect(exchange.completion.failure).toBe(failure);
    if (detail !== undefined) expect(exchange.detail).toBe(detail);
    // It was cut off: no more than what buffers on the way hold ever left the server.
    for (const socket of sockets) await closed(socket);
    expect(Math.max(...sockets.map((socket) => socket.bytesWritten - socket.writableLength))).toBeLessThan(
      64 * 1_048_576,
    );
  });

  it("behavior: the bound on headers is a limit like the others", async () => {
    const port = await serve(ok(completion("a"), "200 OK", `x: ${"y".repeat(600)}\r\n`));
    expect((await ask(port, { maxHeaderBytes: 512 })).completion.failure).toBe("streamBroken");
    expect((await ask(port, { maxHeaderBytes: 1024 })).completion.text).toBe("a");
  });
});

describe("an endpoint that compresses", () => {
  it.each<[string, (body: string) => Buffer]>([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["Identity", (body) => Buffer.from(body)],
  ])("behavior: %s is read although nobody asked for it", async (coding, compress) => {
    const exchange = await ask(await serve(encoded(coding, compress(completion("LABEL: stake")))));
    expect(exchange.completion).toEqual({ text: "LABEL: stake", failure: null });
    expect(exchange.body.toString()).toBe(completion("LABEL: stake"));
  });

  it("behavior: a compressed stream is read token by token", async () => {
    const exchange = await ask(await serve(encoded("gzip", gzipSync(eventsOf(["a", "b"])))), { streaming: true });
    expect(exchange.completion.text).toBe("ab");
    expect(exchange.tokenTimes?.tokens).toBe(2);
  });

  const zeros = Buffer.alloc(1_048_576);
  it.each<[string, Buffer, string, (string | null)?]>([
    ["gzip bomb", encoded("gzip", gzipSync(zeros)), "truncated", null],
    ["deflate bomb", encoded("deflate", deflateSync(zeros)), "truncated", null],
    ["brotli bomb", encoded("br", brotliCompressSync(Buffer.alloc(16 * 1_048_576))), "truncated", null],
    ["bomb in a bomb", encoded("gzip, gzip", gzipSync(gzipSync(zeros))), "streamBroken", "ENCODING_UNSUPPORTED"],
    ["coding nobody knows", encoded("zstd", Buffer.from("{}")), "streamBroken", "ENCODING_UNSUPPORTED"],
    ["coding that is not there", encoded("gzip", Buffer.from("{}")), "streamBroken", "Z_DATA_ERROR"],
    ["gzip cut short", encoded("gzip", gzipSync(completion("a")).subarray(0, 20)), "streamBroken", "Z_BUF_ERROR"],
    [
      "more on the wire than a body may have",
      encoded("gzip", Buffer.concat([gzipSync("{}"), Buffer.alloc(4000)])),
      "streamBroken",
    ],
  ])("error: %s", async (_, answer, failure, detail) => {
    const exchange = await ask(await serve(answer), { maxBodyBytes: 3000 });
    expect(exchange.completion.failure).toBe(failure);
    if (detail !== undefined) expect(exchange.detail).toBe(detail);
  });
});

describe("an endpoint that redirects", () => {
  it("behavior: twice within the origin, with method, body and headers", async () => {
    const requests: string[] = [];
    const port = await serve((socket, request) => {
      requests.push(request);
      if (requests.length === 1) socket.write(redirectTo("/a?b=c"));
      else if (requests.length === 2) socket.write(redirectTo(`http://models.test:${port}/d`, "308 Moved"));
      else socket.write(ok(completion("here")));
    });
    const exchange = await ask(port);
    expect(exchange.completion.text).toBe("here");
    expect(exchange.redirects).toEqual([
      { status: 307, location: "/a?b=c" },
      { status: 308, location: `http://models.test:${port}/d` },
    ]);
    expect(requests.map((request) => request.split("\r\n")[0])).toEqual([
      "POST /v1/chat/completions HTTP/1.1",
      "POST /a?b=c HTTP/1.1",
      "POST /d HTTP/1.1",
    ]);
    for (const request of requests) expect(request).toMatch(/\r\ncontent-type: application\/json\r\n(.|\s)*\{"a":1\}$/);
  });

  it.each<[string, string, string?, string?]>([
    ["to a private address", "http://10.0.0.1/", "REDIRECT_HOST"],
    ["to the machine's own services", "http://169.254.169.254/latest/meta-data", "REDIRECT_HOST"],
    ["to another host", "https://evil.example/", "REDIRECT_HOST"],
    ["to another host without a scheme", "//evil.example/", "REDIRECT_HOST"],
    ["to a host that only begins the same", "http://models.test.evil.example/", "REDIRECT_HOST"],
    ["to another port", "http://models.test:1/", "REDIRECT_HOST"],
    ["to another scheme", "https://models.test/", "REDIRECT_HOST"],
    ["to a file", "file:///etc/passwd", "REDIRECT_HOST"],
    ["with credentials", "http://u:p@models.test/", "REDIRECT_LOCATION"],
    ["to a place that is none", "http://[", "REDIRECT_LOCATION"],
    ["to a place that is too long", `/${"x".repeat(3000)}`, "REDIRECT_LOCATION"],
    ["in a way that turns POST into GET", "/a", "REDIRECT_STATUS", "302 Found"],
    ["permanently so", "/a", "REDIRECT_STATUS", "301 Moved Permanently"],
    ["to see another", "/a", "REDIRECT_STATUS", "303 See Other"],
  ])("error: %s", async (_, location, refusal, status) => {
    let requests = 0;
    const port = await serve((socket) => {
      requests += 1;
      socket.write(redirectTo(location, status));
    });
    const exchange = await ask(port);
    expect(exchange.completion.failure).toBe("redirect");
    expect({ detail: exchange.detail, requests, recorded: exchange.redirects.length }).toEqual({
      detail: refusal,
      requests: 1,
      recorded: 1,
    });
  });

  it("error: without saying where, and without an end", async () => {
    const nowhere = await ask(await serve(ok("", "307 Moved")));
    expect(nowhere).toMatchObject({ completion: { failure: "redirect" }, detail: "REDIRECT_LOCATION" });
    let requests = 0;
    const port = await serve((socket) => void socket.write(redirectTo(`/${++requests}`)));
    expect(await ask(port)).toMatchObject({
      completion: { failure: "redirect" },
      detail: "REDIRECT_LIMIT",
      status: 307,
    });
    expect(requests).toBe(3);
  });
});

describe("an endpoint that breaks the protocol", () => {
  it.each<[string, Reaction, string, Changes?]>([
    ["a chunk size that is none", `${chunkedHead}ZZ\r\nabc\r\n`, "streamBroken"],
    ["a chunk longer than it says", `${chunkedHead}1\r\nabc\r\n0\r\n\r\n`, "streamBroken"],
    ["a chunk size without bounds", `${chunkedHead}fffffffffffffffff\r\na\r\n`, "streamBroken"],
    ["a body longer than it says", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}{}{}{}", "noChoice"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}", "streamBroken"],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
      "streamBroken",
    ],
    ["a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}", "streamBroken"],
    ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n", "streamBroken"],
    ["another protocol", "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "streamBroken"],
    ["100 Continue for ever", pour("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)), "streamBroken"],
    ["a zero byte in a header", "HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 2\r\n\r\n{}", "streamBroken"],
    ["closing in the middle", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"), "streamBroken"],
    [
      "closing in the middle of a stream",
      (socket) => socket.end(chunkedHead + chunk("data: {")),
      "streamBroken",
      { streaming: true },
    ],
    [
      "a stream that just ends",
      (socket) => socket.end(ok(eventsOf(["a"]).slice(0, 30))),
      "streamBroken",
      { streaming: true },
    ],
    ["events that are no JSON", ok("data: {oops\n\ndata: [DONE]\n\n"), "badJson", { streaming: true }],
    ["JSON where a stream was declared", ok(completion("a")), "streamBroken", { streaming: true }],
    ["a stream where none was declared", ok(eventsOf(["a"])), "badJson"],
    ["invalid UTF-8", ok(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), "badJson"],
    ["invalid UTF-8 in a stream", ok(Buffer.from([0x64, 0xff])), "badJson", { streaming: true }],
    ["JSON 10,000 levels deep", ok("[".repeat(10_000) + "]".repeat(10_000)), "noChoice", { maxBodyBytes: 65_536 }],
    ["objects 10,000 levels deep", ok('{"choices":'.repeat(10_000)), "badJson", { maxBodyBytes: 1_048_576 }],
  ])("error: %s", async (_, reaction, failure, changes) => {
    expect((await ask(await serve(reaction), changes)).completion.failure).toBe(failure);
  });

  it("behavior: lone surrogates and zero bytes are text like any other", async () => {
    const port = await serve(ok('{"choices":[{"message":{"content":"\\ud800\\u0000"}}]}'));
    expect((await ask(port)).completion).toEqual({ text: "\ud800\u0000", failure: null });
  });

  it("behavior: what follows an answer is not the next one", async () => {
    let requests = 0;
    const smuggled = Buffer.concat([ok(completion("first")), ok(completion("smuggled"))]);
    const port = await serve((socket) => void socket.write(++requests === 1 ? smuggled : ok(completion("second"))));
    const transport = new Transport({
      ...patient,
      maxBodyBytes,
      endpoint: { url: new URL(`http://models.test:${port}/`), address: "127.0.0.1", family: 4 },
      connections: 1,
      headers: {},
      clock: () => Math.round(performance.now() * 1000),
    });
    closeLater(() => transport.close());
    expect(readCompletion(await transport.send("{}")).text).toBe("first");
    expect(readCompletion(await transport.send("{}")).text).not.toBe("smuggled");
  });

  it.each([Buffer.from("garbage\n"), Buffer.alloc(5000, 0x16), Buffer.from("HTTP/1.1 200 OK\r\n\r\n")])(
    "error: TLS garbage (%#)",
    async (garbage) => {
      expect((await ask(await serve(garbage), { scheme: "https" })).completion.failure).toBe("tls");
    },
  );

  it("error: a certificate nobody vouches for", async () => {
    const server = createTlsServer(selfSigned, (socket) => socket.on("error", () => socket.destroy()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closeLater(async () => void server.close());
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("no port");
    const exchange = await ask(address.port, { scheme: "https" });
    expect(exchange).toMatchObject({ completion: { failure: "tls" }, detail: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });
});

describe("an endpoint that gives the key away", () => {
  const secret = "sk-4711";

  it.each<[string, Reaction]>([
    ["in its text", ok(completion(`your key is ${secret}`))],
    ["in an error", ok(`denied: ${secret}`, "401 Unauthorized")],
    ["in a compressed body", encoded("gzip", gzipSync(completion(secret)))],
  ])("error: %s: nothing of the reply is kept", async (_, reaction) => {
    const exchange = await ask(await serve(reaction), { secret });
    expect(exchange).toMatchObject({ completion: { failure: "streamBroken" }, detail: "KEY_ECHOED" });
    expect(exchange.body.length).toBe(0);
  });

  it("error: in a redirect: the place is not kept", async () => {
    const exchange = await ask(await serve(redirectTo(`/${secret}`)), { secret });
    expect(exchange.redirects).toEqual([{ status: 307, location: null }]);
  });
});

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
