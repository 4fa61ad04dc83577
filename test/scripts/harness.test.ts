import { describe, expect, it } from "vitest";
import { isClientName } from "../../scripts/bench/harness/clients.ts";
import { closedLoop, costOf } from "../../scripts/bench/harness/cost.ts";
import { ClientFailed, measureClient } from "../../scripts/bench/harness/measureClient.ts";
import { folderOf, installPeer, PeerMissing } from "../../scripts/bench/harness/peers.ts";
import { timerLateness } from "../../scripts/bench/harness/timerLateness.ts";

describe("closed loop", () => {
  it("default: makes every request once, never more at a time than asked for", async () => {
    const made: number[] = [];
    let [inFlight, most] = [0, 0];
    const { requests } = await costOf(() =>
      closedLoop({ count: 50, concurrency: 4 }, async (nth) => {
        most = Math.max(most, ++inFlight);
        await Promise.resolve();
        made.push(nth);
        inFlight -= 1;
      }),
    );
    expect(requests).toBe(50);
    expect(most).toBe(4);
    expect(made.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, nth) => nth));
  });

  it("error: what a request throws is not lost", async () => {
    const failing = closedLoop({ count: 5, concurrency: 2 }, () => Promise.reject(new TypeError("refused")));
    await expect(failing).rejects.toThrow(new TypeError("refused"));
  });
});

describe("clients", () => {
  it("error: a client that cannot be measured says why in one line", async () => {
    const job = { endpoint: "http://127.0.0.1:1", folder: "/nonexistent" };
    const failed = await measureClient("fetch", job).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ClientFailed);
    expect(String(failed)).toBe("ClientFailed: fetch failed: bad port");
  });

  it("behavior: names that are no client's are none", () => {
    expect(["assay", "openai", "toString", undefined].map(isClientName)).toEqual([true, true, false, false]);
  });

  it("behavior: a peer's place follows from its lockfile alone", async () => {
    expect(await folderOf("openai")).toMatch(/cache\/bench\/openai-[0-9a-f]{16}$/);
    expect(await folderOf("openai")).not.toBe(await folderOf("promptfoo"));
  });

  it("error: a peer that is not there is not fetched when that was ruled out", async () => {
    await expect(installPeer("openai", { mayInstall: false, cache: "/nonexistent" })).rejects.toThrow(PeerMissing);
  });
});

describe("timers", () => {
  it("behavior: no timer is early, and each is counted", async () => {
    const { histogram, p50Micros, p99Micros } = await timerLateness({ rate: 2_000, count: 40 });
    expect(histogram.reduce((total, { requests }) => total + requests, 0)).toBe(40);
    expect(p50Micros).toBeGreaterThanOrEqual(0);
    expect(p99Micros).toBeGreaterThanOrEqual(p50Micros);
  });
});
