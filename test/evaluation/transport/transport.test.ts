import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { readCompletion } from "../../../evaluation/transport/readCompletion.ts";
import { Transport, type TransportOptions } from "../../../evaluation/transport/transport.ts";
import { closeAll, closeLater, completion, dribble, flood, ok, serve, unusedPort } from "./tcpServer.ts";

const limits = { connectTimeoutMs: 1000, requestTimeoutMs: 400, maxBodyBytes: 2048 };
afterEach(closeAll);

function transportTo(port: number, changes: Partial<TransportOptions> = {}): Transport {
  const transport = new Transport({
    ...limits,
    endpoint: { url: new URL(`http://models.test:${port}/v1/chat/completions`), address: "127.0.0.1", family: 4 },
    connections: 4,
    headers: { "content-type": "application/json" },
    clock: () => Math.round(performance.now() * 1000),
    ...changes,
  });
  closeLater(() => transport.close());
  return transport;
}

describe("Transport", () => {
  it("default: a completion, over the pinned address whatever the name says", async () => {
    const exchange = await transportTo(await serve(ok(completion("LABEL: stake")))).send("{}");
    expect(exchange).toMatchObject({ status: 200, failure: null, detail: null });
    expect(readCompletion(exchange)).toEqual({ text: "LABEL: stake", failure: null });
    expect(exchange.sent).toBeLessThanOrEqual(exchange.firstByte ?? 0);
    expect(exchange.firstByte).toBeLessThanOrEqual(exchange.end);
  });

  it.each<[string, string | Buffer | ((socket: Socket) => void), string]>([
    ["never answers", () => undefined, "timeout"],
    ["sends bytes slowly", (socket) => void dribble(socket), "timeout"],
    ["sends headers slowly", (socket) => void dribble(socket, "HTTP/1.1 200 OK\r\nx: "), "timeout"],
    ["sends too much", ok("x".repeat(5000)), "truncated"],
    ["promises too much and goes on for ever", (socket) => void flood(socket), "truncated"],
    ["sends oversized headers", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}\r\n\r\n`, "streamBroken"],
    ["is no HTTP server", "SSH-2.0-OpenSSH_9.6\r\n", "streamBroken"],
    ["breaks its chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\nabc\r\n", "streamBroken"],
    ["closes in the middle", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"), "streamBroken"],
    ["resets in the middle", (socket) => socket.resetAndDestroy(), "streamBroken"],
    ["closes without a word", (socket) => socket.end(), "streamBroken"],
    ["sends no JSON", ok("<html>"), "badJson"],
    ["sends nothing", ok(""), "badJson"],
    ["sends invalid UTF-8", ok(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), "badJson"],
    ["has no choice", ok('{"choices":[]}'), "noChoice"],
    ["has no text", ok('{"choices":[{"message":{"content":null}}]}'), "noChoice"],
    ["is JSON of another kind", ok('"hello"'), "noChoice"],
    ["poisons a prototype", ok('{"__proto__":{"choices":[{"message":{"content":"x"}}]}}'), "noChoice"],
    ["stops at the length", ok(completion("LABEL: st", "length")), "truncated"],
    ["redirects", "HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n", "redirect"],
    ["refuses", ok("{}", "401 Unauthorized"), "http4xx"],
    ["limits", ok("{}", "429 Too Many Requests"), "http429"],
    ["fails", ok(completion("LABEL: stake"), "500 Oops"), "http5xx"],
    ["switches protocols", "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "streamBroken"],
  ])("error: an endpoint that %s", async (_, answer, failure) => {
    const exchange = await transportTo(await serve(answer)).send('{"a":1}');
    expect(readCompletion(exchange).failure).toBe(failure);
    expect(exchange.body.length).toBeLessThanOrEqual(limits.maxBodyBytes);
  });

  it("error: nobody listens", async () => {
    const exchange = await transportTo(await unusedPort()).send("{}");
    expect(exchange).toMatchObject({ status: null, failure: "connect", detail: "ECONNREFUSED", firstByte: null });
  });

  it("error: the other side speaks no TLS", async () => {
    const port = await serve(ok("{}"));
    const endpoint = { url: new URL(`https://models.test:${port}/`), address: "127.0.0.1", family: 4 } as const;
    // Long enough for a busy machine: the handshake has to fail before the clock does.
    const patient = transportTo(port, { endpoint, connectTimeoutMs: 10_000, requestTimeoutMs: 10_000 });
    expect((await patient.send("{}")).failure).toBe("tls");
  });

  it("behavior: lone surrogates are text like any other", async () => {
    const exchange = await transportTo(await serve(ok('{"choices":[{"message":{"content":"\\ud800"}}]}'))).send("{}");
    expect(readCompletion(exchange)).toEqual({ text: "\ud800", failure: null });
  });

  it("behavior: an interim response is no answer", async () => {
    const port = await serve(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\n\r\n"), ok(completion("yes"))]));
    expect(readCompletion(await transportTo(port).send("{}"))).toEqual({ text: "yes", failure: null });
  });

  it("behavior: one call is one request, also when it fails", async () => {
    let requests = 0;
    const port = await serve((socket) => {
      requests += 1;
      socket.end("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
    });
    const transport = transportTo(port);
    await Promise.all([transport.send("{}"), transport.send("{}"), transport.send("{}")]);
    expect(requests).toBe(3);
  });
});
