import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Measured } from "../../../oracle/work/measureJob.ts";
import { type JobTerms, maxTries, type QueueEvent } from "../../../oracle/work/workQueue.ts";
import { hashOf, openTestQueue, type TestQueue, testJob } from "./measureJobs.ts";

const now = 1_800_000_000n;
const terms = (over: Partial<JobTerms> = {}): JobTerms => ({ commitBy: now + 60n, now, perHost: () => 4, ...over });
const measured: Measured = {
  word: 1n << 200n,
  evidenceRoot: hashOf(1),
  evidenceHash: hashOf(2),
  path: "/evidence/blob.ndjson",
  stored: false,
};
const link = hashOf(77);

describe("the queue of versions to be measured", () => {
  let queue: TestQueue;
  beforeEach(async () => {
    queue = await openTestQueue();
  });
  afterEach(() => queue.end());

  const claimed = async () => {
    const claim = await queue.claim();
    if (!claim) throw new Error("no job is free");
    return claim;
  };
  const statesOf = async () => (await queue.jobsOf(testJob(1))).map(({ state }) => state);

  test("default: a job is given out once, taken once, and its result is there for the node", async () => {
    const job = testJob(1);
    await queue.openRound(job, link, now + 60n);
    for (let i = 0; i < 3; i++) await queue.add(job, terms());
    const claim = await claimed();
    expect(claim.job).toEqual(job);
    expect(await queue.linkOf(claim.job)).toBe(link);
    expect(await queue.claim()).toBeUndefined();
    expect(await statesOf()).toEqual(["active"]);

    expect(await queue.complete(claim, measured)).toBe(true);
    await queue.add(job, terms());
    expect(await queue.jobsOf(job)).toEqual([
      expect.objectContaining({ versionId: hashOf(1), state: "measured", measured }),
    ]);
    expect(await queue.claim()).toBeUndefined();
  });

  test("behavior: the earliest deadline comes first, and rounds are told apart by seed and evaluator", async () => {
    await queue.add(testJob(1, "a.example", 8n), terms({ commitBy: now + 90n }));
    await queue.add(testJob(2, "a.example", 7n), terms({ commitBy: now + 60n }));
    await queue.add({ ...testJob(2, "a.example", 7n), roundSeed: hashOf(98) }, terms({ commitBy: now + 70n }));
    const order = [await claimed(), await claimed(), await claimed()];
    expect(order.map(({ job }) => [job.roundId, job.roundSeed])).toEqual([
      [7n, hashOf(99)],
      [7n, hashOf(98)],
      [8n, hashOf(99)],
    ]);
  });

  test("behavior: no more of a host at once than its limit, and a full host keeps no other waiting", async () => {
    for (const n of [1, 2, 3]) await queue.add(testJob(n, "small.example"), terms({ perHost: () => 2 }));
    await queue.add(testJob(4, "other.example"), terms({ perHost: () => 1 }));
    const claims = [await claimed(), await claimed(), await claimed()];
    expect(claims.map(({ job }) => new URL(job.manifest.endpoint).host).sort()).toEqual([
      "other.example",
      "small.example",
      "small.example",
    ]);
    expect(await queue.claim()).toBeUndefined();
    const [first] = claims.filter(({ job }) => job.manifest.endpoint.includes("small"));
    if (first) await queue.complete(first, measured);
    expect((await claimed()).job.manifest.endpoint).toContain("small");
  });

  test("behavior: many that claim at the same time stay within a host's limit", async () => {
    for (let n = 0; n < 12; n++) await queue.add(testJob(n), terms({ perHost: () => 3 }));
    const claims = await Promise.all(Array.from({ length: 12 }, () => queue.claim()));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(3);
  });

  test("behavior: what fails is tried again, three times in all", async () => {
    await queue.add(testJob(1), terms());
    for (let tried = 1; tried <= maxTries; tried++) {
      await expect
        .poll(() => queue.claim().then((claim) => claim && queue.fail(claim, "no answer").then(() => true)), {
          timeout: 10_000,
        })
        .toBe(true);
    }
    expect(await statesOf()).toEqual(["failed"]);
    await queue.add(testJob(1), terms());
    expect(await queue.claim()).toBeUndefined();
  });

  test("behavior: a job handed back is free at once, and no try of it is used up", async () => {
    await queue.add(testJob(1), terms());
    for (let i = 0; i < 2 * maxTries; i++) await queue.handBack(await claimed());
    expect((await claimed()).retryCount).toBe(0);
  });

  test("behavior: a round that is closed takes its work back and forgets its link", async () => {
    const events: QueueEvent[] = [];
    queue.onEvent((event) => events.push(event));
    const job = testJob(1);
    await queue.openRound(job, link, now + 60n);
    await queue.add(job, terms());
    await queue.add(testJob(2), terms());
    const claim = await claimed();
    expect(await queue.renew(claim)).toBe(true);

    await queue.closeRoundsOver(now + 59n);
    expect(await queue.linkOf(job)).toBe(link);
    await queue.closeRoundsOver(now + 60n);
    expect(await queue.linkOf(job)).toBeUndefined();
    expect(await queue.renew(claim)).toBe(false);
    expect(await queue.complete(claim, measured)).toBe(false);
    expect(await statesOf()).toEqual(["cancelled", "cancelled"]);
    expect(await queue.claim()).toBeUndefined();
    expect(events).toEqual(["added", "added", "cancelled", "settled"]);
  });
});

test("behavior: what a process that was killed had taken is free when the next one starts", async () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-work-"));
  const before = await openTestQueue(directory);
  await before.add(testJob(1), terms());
  await before.claim();
  await before.end();
  const after = await openTestQueue(directory);
  expect((await after.claim())?.job).toEqual(testJob(1));
  await after.end();
  rmSync(directory, { recursive: true });
});
