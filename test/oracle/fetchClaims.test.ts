import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { HttpStore } from "../../evaluation/store/httpStore.ts";
import { type Fetched, fetchClaims } from "../../oracle/court/fetchClaims.ts";

/** Nobody can read it; that it is what was signed shows in its hash. */
const blob = "no evidence\n";
const hash = `0x${createHash("sha256").update(blob).digest("hex")}` as const;
const unreadable = { unreadable: expect.stringMatching(/^line 1/) };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function storeOf(listener: RequestListener): Promise<HttpStore> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return new HttpStore(`http://127.0.0.1:${address.port}/evidence`);
}

const honest = () => storeOf((_, response) => response.end(blob));
/** A byte every few milliseconds, without end. */
const dripping = () =>
  storeOf((_, response) => {
    const drops = setInterval(() => response.write("x"), 5);
    response.on("close", () => clearInterval(drops));
  });
/** Takes the question, and says nothing. */
const silent = () => storeOf(() => undefined);
const breaking = () =>
  storeOf((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write(blob, () => response.destroy());
  });

async function fetchFrom(
  stores: readonly HttpStore[],
  { maxMilliseconds = 60_000, signal = new AbortController().signal } = {},
): Promise<{ fetched: Fetched | undefined; failures: string[] }> {
  const failures: string[] = [];
  const source = { stores, packs: [], maxBytes: 1_000_000, maxMilliseconds, signal };
  const fetched = await fetchClaims(source, hash, (place, reason) => failures.push(`${place} ${reason}`));
  return { fetched, failures };
}

test.each([
  ["drips", dripping],
  ["says nothing", silent],
])("error: a server that %s is given up after the time there is for it, and the next one asked", async (_, open) => {
  const [slow, good] = [await open(), await honest()];
  expect(await fetchFrom([slow, good], { maxMilliseconds: 250 })).toEqual({
    fetched: unreadable,
    failures: [`${slow.place} did not come within 250 ms: see audit.maxSeconds`],
  });
});

test("error: a transfer that breaks is told, and the next store asked", async () => {
  const [broken, good] = [await breaking(), await honest()];
  const { fetched, failures } = await fetchFrom([broken, good]);
  expect(fetched).toEqual(unreadable);
  expect(failures).toEqual([expect.stringMatching(/cannot be read to its end \(.+\); take it from another store$/)]);
});

test.each([
  ["drips", dripping],
  ["says nothing", silent],
])("behavior: who stops does not wait for a server that %s", async (_, open) => {
  const stopping = new AbortController();
  const stores = [await open(), await honest()];
  const [asked] = servers;
  if (!asked) throw new RangeError("no server");
  const reading = fetchFrom(stores, { signal: stopping.signal });
  await once(asked, "request");
  stopping.abort();
  expect(await reading).toEqual({ fetched: undefined, failures: [] });
});

test("default: what hashes to its name is taken, whatever it is", async () => {
  expect(await fetchFrom([await honest()])).toEqual({ fetched: unreadable, failures: [] });
});
