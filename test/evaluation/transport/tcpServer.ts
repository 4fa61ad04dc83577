import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** What a server does when bytes come: answers with these, or does what it likes with the socket. */
export type Reaction = string | Buffer | ((socket: Socket, request: string) => void);

const closers: (() => Promise<void>)[] = [];

export function closeLater(close: () => Promise<void>): void {
  closers.push(close);
}

export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** A TCP server on a free port. */
export async function serve(reaction: Reaction, host = "127.0.0.1", port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      if (typeof reaction === "function") reaction(socket, bytes.toString("latin1"));
      else socket.write(reaction);
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  closeLater(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

/** A port on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const port = await serve("");
  await closers.pop()?.();
  return port;
}

/** A whole response with its length. */
export function ok(body: string | Buffer, head = "200 OK", headers = ""): Buffer {
  const length = Buffer.byteLength(body);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${head}\r\n${headers}content-length: ${length}\r\n\r\n`),
    Buffer.from(body),
  ]);
}

export function completion(content: string, finish = "stop"): string {
  return JSON.stringify({ choices: [{ message: { content }, finish_reason: finish }] });
}

/** A streamed completion: one event a piece, then finish_reason and [DONE]. */
export function eventsOf(pieces: readonly string[], finish = "stop"): string {
  const choices = [
    ...pieces.map((content) => ({ index: 0, delta: { content } })),
    { index: 0, delta: {}, finish_reason: finish },
  ];
  return `${choices.map((choice) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`).join("")}data: [DONE]\n\n`;
}

/** Waits until a socket is gone, in peace or not. */
export async function closed(socket: Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.once("close", resolve));
}

/** One byte now and then, until the other side has had enough. */
export async function dribble(socket: Socket, head = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n"): Promise<void> {
  socket.write(head);
  const timer = setInterval(() => socket.write(" "), 20);
  await closed(socket);
  clearInterval(timer);
}

/** As much as the other side takes, in chunks of 64 KiB. */
export function flood(socket: Socket, head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"): void {
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  socket.write(head);
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", pour);
  pour();
}
