import { afterEach, describe, expect, it } from "vitest";
import type { PinnedEndpoint } from "../../../evaluation/manifest/resolveEndpoint.ts";
import { Canary } from "../../../evaluation/transport/canary.ts";
import type { CanaryFailure } from "../../../evaluation/transport/canarySource.ts";
import { resolveReference } from "../../../evaluation/transport/referenceUrl.ts";
import { closeAll, ok, serve, unusedPort } from "./tcpServer.ts";

afterEach(closeAll);

async function startCanary(timeoutMs: number, reference?: PinnedEndpoint) {
  const failures: CanaryFailure[] = [];
  const canary = await Canary.start({
    intervalMs: 5,
    timeoutMs,
    reference,
    clock: () => Math.round(performance.now() * 1000),
    onFailure: (failure) => void failures.push(failure),
  });
  return { canary, failures };
}

const pageAt = (port: number): PinnedEndpoint => ({
  url: new URL(`http://reference.test:${port}/page`),
  address: "127.0.0.1",
  family: 4,
});

/** Keeps the event loop busy, as an overloaded evaluator does. */
function standStill(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe("Canary", () => {
  it("default: silent while the evaluator is well, and stopping twice is stopping once", async () => {
    const { canary, failures } = await startCanary(5_000, pageAt(await serve(ok("well"))));
    await canary.stop();
    await canary.stop();
    expect(failures).toEqual([]);
  });

  it("behavior: notices an evaluator that stands still", async () => {
    const { canary, failures } = await startCanary(50);
    standStill(200);
    await canary.stop();
    expect(failures).toContainEqual({ at: expect.any(Number), source: "loopback", detail: "late" });
  });

  it("behavior: tells an outage of the reference page, and that it was that one", async () => {
    let asked = 0;
    const port = await serve((socket) => void socket.write(ok("", ++asked === 1 ? "200 OK" : "502 Bad Gateway")));
    const { canary, failures } = await startCanary(5_000, pageAt(port));
    await canary.stop();
    expect(failures).toContainEqual({ at: expect.any(Number), source: "reference", detail: "status 502" });
    expect(failures.filter(({ source }) => source === "loopback")).toEqual([]);
  });

  it("behavior: a page longer than it reads has shown that the way is open", async () => {
    const { canary, failures } = await startCanary(5_000, pageAt(await serve(ok("x".repeat(100_000)))));
    await canary.stop();
    expect(failures).toEqual([]);
  });

  it.each<[string, () => Promise<number>, string]>([
    ["nobody answers", unusedPort, "ECONNREFUSED"],
    ["is not there", () => serve(ok("", "404 Not Found")), "status 404"],
    ["moved", () => serve(ok("", "301 Moved", "location: /other\r\n")), "REDIRECT_STATUS"],
  ])("error: a reference page that %s is refused before anything is measured", async (_, portOf, detail) => {
    const page = pageAt(await portOf());
    await expect(startCanary(5_000, page)).rejects.toThrow(
      `the reference URL ${page.url.href} did not answer well (${detail}); name a page that answers 200, or none`,
    );
  });
});

describe("resolveReference", () => {
  const model = new URL("https://models.example.org/v1/chat/completions");

  it.each([
    ["no URL", "the reference URL no URL is none; write http(s)://host/path without user name and password"],
    ["ftp://h/", "the reference URL ftp://h/ is none"],
    ["https://u:p@h/", "is none; write http(s)://host/path without user name and password"],
    [
      "https://models.example.org/health",
      "is on the model's own host models.example.org; name a page of somebody else's",
    ],
    ["http://169.254.169.254/", "is the private address 169.254.169.254"],
  ])("error: %s", async (url, line) => {
    await expect(resolveReference(url, model, [])).rejects.toThrow(line);
  });
});
