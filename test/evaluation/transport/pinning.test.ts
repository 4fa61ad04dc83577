import { afterEach, describe, expect, it } from "vitest";
import { resolveEndpoint } from "../../../evaluation/manifest/resolveEndpoint.ts";
import { Transport } from "../../../evaluation/transport/transport.ts";
import { startDns } from "./dnsServer.ts";
import { closeAll, closeLater, completion, ok, serve } from "./tcpServer.ts";

afterEach(closeAll);

describe("a name that changes its address", () => {
  it("behavior: is asked for once; every connection of the run goes to the first answer", async () => {
    const { lookupAll, queries } = await startDns([["127.0.0.1"], ["127.0.0.2"]]);
    const [here, there] = [{ requests: 0 }, { requests: 0 }];
    // Each answer ends its connection, so that the next request has to connect again.
    const port = await serve((socket) => {
      here.requests += 1;
      socket.end(ok(completion("here"), "200 OK", "connection: close\r\n"));
    });
    await serve((socket) => void socket.end(ok(completion("there")), () => there.requests++), "127.0.0.2", port);
    const endpoint = await resolveEndpoint(new URL(`http://models.test:${port}/`), ["models.test"], lookupAll);
    const transport = new Transport({
      endpoint,
      connections: 2,
      connectTimeoutMs: 20_000,
      requestTimeoutMs: 20_000,
      maxBodyBytes: 2048,
      headers: {},
      clock: () => Math.round(performance.now() * 1000),
    });
    closeLater(() => transport.close());
    for (let sent = 0; sent < 6; sent++) expect((await transport.send("{}")).failure).toBeNull();
    expect({ here: here.requests, there: there.requests, queries: queries() }).toEqual({
      here: 6,
      there: 0,
      queries: 1,
    });
    expect((await lookupAll("models.test"))[0]?.address).toBe("127.0.0.2");
  });

  it("error: one private address among public ones is enough to be refused", async () => {
    const { lookupAll } = await startDns([["8.8.8.8", "10.0.0.7"]]);
    await expect(resolveEndpoint(new URL("http://models.test/"), [], lookupAll)).rejects.toThrow(
      "models.test is the private address 10.0.0.7; endpoints must be public",
    );
  });

  it("behavior: public addresses are taken in the order of the answer", async () => {
    const { lookupAll } = await startDns([["8.8.8.8", "1.1.1.1"]]);
    const pinned = await resolveEndpoint(new URL("https://models.test/"), [], lookupAll);
    expect(pinned).toMatchObject({ address: "8.8.8.8", family: 4 });
  });
});
