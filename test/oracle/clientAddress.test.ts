import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { boardConfigSchema } from "../../oracle/board/boardConfig.ts";
import { createClientAddress } from "../../oracle/http/clientAddress.ts";

/** A request as a server gets it from a socket with this other end. */
function requestFrom(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (forwardedFor !== undefined) request.headers["x-forwarded-for"] = forwardedFor;
  return request;
}

const addressOf = (proxies: readonly string[], ...request: Parameters<typeof requestFrom>) =>
  createClientAddress(proxies)(requestFrom(...request));

describe("whom a request comes from", () => {
  test("default: the socket's other end, whatever the client says", () => {
    expect(addressOf([], "203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
    expect(addressOf(["10.0.0.0/8"], "203.0.113.9", "198.51.100.1")).toBe("203.0.113.9");
  });

  test("behavior: behind a trusted proxy the address that the proxy saw, not what stands before it", () => {
    const proxies = ["10.0.0.0/8", "2001:db8::1"];
    expect(addressOf(proxies, "10.1.2.3", "198.51.100.1")).toBe("198.51.100.1");
    expect(addressOf(proxies, "10.1.2.3", "1.1.1.1, 198.51.100.1")).toBe("198.51.100.1");
    expect(addressOf(proxies, "10.1.2.3", "198.51.100.1, 10.9.9.9")).toBe("198.51.100.1");
    expect(addressOf(proxies, "2001:db8::1", "198.51.100.1")).toBe("198.51.100.1");
  });

  test("behavior: IPv4 in IPv6 notation is IPv4; IPv6 addresses of one network are one client", () => {
    expect(addressOf(["127.0.0.1"], "::ffff:127.0.0.1", "::ffff:198.51.100.1")).toBe("198.51.100.1");
    expect(addressOf([], "2001:db8:1:2:aaaa::1")).toBe(addressOf([], "2001:db8:1:2:bbbb::2"));
    expect(addressOf([], "2001:db8:1:2::1")).not.toBe(addressOf([], "2001:db8:1:3::1"));
  });

  test("error: a proxy that says nothing, or nonsense, is the client itself", () => {
    expect(addressOf(["127.0.0.1"], "127.0.0.1")).toBe("127.0.0.1");
    expect(addressOf(["127.0.0.1"], "127.0.0.1", "nobody, ,")).toBe("127.0.0.1");
  });

  test("error: a configuration that names no address as a proxy", () => {
    const config = { rpcUrls: ["http://rpc.test"], deployment: "d.json", dataDir: "data" };
    expect(boardConfigSchema.safeParse({ ...config, trustedProxies: ["10.0.0.0/8", "::1"] }).success).toBe(true);
    for (const wrong of ["proxy.example.org", "10.0.0.0/33", ""])
      expect(boardConfigSchema.safeParse({ ...config, trustedProxies: [wrong] }).success).toBe(false);
  });
});
