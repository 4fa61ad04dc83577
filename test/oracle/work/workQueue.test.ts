import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Measured, MeasureJob } from "../../../oracle/work/measureJob.ts";
import { type JobTerms, maxTries, type QueueEvent } from "../../../oracle/work/workQueue.ts";
import { describeOnEachDatabase } from "../eachDatabase.ts";
import { hashOf, openTestQueue, type TestQueue, testJob } from "./measureJobs.ts";

const now = 1_800_000_000n;
const link = hashOf(77);
const measured: Measured = {
  word: 1n << 200n,
  evidenceRoot: hashOf(1),
  evidenceHash: hashOf(2),
  path: "/evidence/blob.ndjson",
  stored: false,
};

describeOnEachDatabase("the queue of versions to be measured", (place) => {
  let queue: TestQueue;
  beforeAll(async () => {
    queue = await openTestQueue(place());
  }, 60_000);
  afterEach(() => queue.closeRoundsOver(now + 86_400n));
  afterAll(() => queue.end());

  const add = async (job: MeasureJob, over: Partial<JobTerms> = {}): Promise<void> => {
    const terms = { beginAt: now, commitBy: now + 60n, now, perHost: () => 4, ...over };
    await queue.openRound(job, link, terms.commitBy);
    await queue.add(job, terms);
  };
  const claimed = async () => {
    const claim = await queue.claim();
    if (!claim) throw new Error("no job is free");
    return claim;
  };
  const statesOf = async (roundId: bigint) => (await queue.jobsOf(testJob(1, { roundId }))).map(({ state }) => state);

  test("default: a job is given out once, taken once, and its result is there for the node", async () => {
    const job = testJob(1, { roundId: 1n });
    // A queue may be asked before it was given anything.
    expect(await queue.claim()).toBeUndefined();
    for (let i = 0; i < 3; i++) await add(job);
    const claim = await claimed();
    expect(claim.job).toEqual(job);
    expect(await queue.linkOf(claim.job)).toBe(link);
    expect(await queue.claim()).toBeUndefined();
    expect(await statesOf(1n)).toEqual(["active"]);

    expect(await queue.complete(claim, measured)).toBe(true);
    await add(job);
    expect(await queue.jobsOf(job)).toMatchObject([{ versionId: hashOf(1), state: "measured", measured }]);
    expect(await queue.claim()).toBeUndefined();
  });

  test("behavior: the earliest deadline comes first, and rounds are told apart by number and seed", async () => {
    await add(testJob(1, { roundId: 12n }), { commitBy: now + 90n });
    await add(testJob(2, { roundId: 11n }), { commitBy: now + 60n });
    await add({ ...testJob(2, { roundId: 11n }), roundSeed: hashOf(98) }, { commitBy: now + 70n });
    const order = [await claimed(), await claimed(), await claimed()];
    expect(order.map(({ job }) => [job.roundId, job.roundSeed])).toEqual([
      [11n, hashOf(99)],
      [11n, hashOf(98)],
      [12n, hashOf(99)],
    ]);
  });

  test("behavior: nobody takes a job before its turn", async () => {
    await add(testJob(1, { roundId: 9n }), { beginAt: now + 2n });
    expect(await queue.claim()).toBeUndefined();
    await expect.poll(() => queue.claim(), { timeout: 10_000 }).toBeDefined();
  });

  test("behavior: no more of a host at once than its limit, and a full host keeps no other waiting", async () => {
    const hostOf = ({ job }: { job: MeasureJob }) => new URL(job.manifest.endpoint).host;
    for (const n of [1, 2, 3]) await add(testJob(n, { roundId: 2n, host: "small.example" }), { perHost: () => 2 });
    await add(testJob(4, { roundId: 2n, host: "other.example:8443" }), { perHost: () => 1 });
    const claims = [await claimed(), await claimed(), await claimed()];
    expect(claims.map(hostOf).sort()).toEqual(["other.example:8443", "small.example", "small.example"]);
    expect(await queue.claim()).toBeUndefined();
    const small = claims.find((claim) => hostOf(claim) === "small.example");
    if (small) await queue.complete(small, measured);
    expect(hostOf(await claimed())).toBe("small.example");
  });

  test("behavior: many that claim at the same time stay within a host's limit", async () => {
    for (let n = 0; n < 12; n++) await add(testJob(n, { roundId: 3n }), { perHost: () => 3 });
    const claims = await Promise.all(Array.from({ length: 12 }, () => queue.claim()));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(3);
  });

  test("behavior: what fails is tried again, three times in all", async () => {
    await add(testJob(1, { roundId: 4n }));
    const failOnce = async (): Promise<boolean> => {
      const claim = await queue.claim();
      if (claim) await queue.fail(claim, "no answer");
      return claim !== undefined;
    };
    for (let tried = 0; tried < maxTries; tried++) await expect.poll(failOnce, { timeout: 10_000 }).toBe(true);
    expect(await statesOf(4n)).toEqual(["failed"]);
    await add(testJob(1, { roundId: 4n }));
    expect(await queue.claim()).toBeUndefined();
  });

  test("behavior: a job handed back is free at once, and no try of it is used up", async () => {
    await add(testJob(1, { roundId: 5n }));
    for (let i = 0; i < 2 * maxTries; i++) await queue.handBack(await claimed());
    expect((await claimed()).retryCount).toBe(0);
  });

  test("behavior: a round that is over is taken back, and its link forgotten", async () => {
    const events: QueueEvent[] = [];
    queue.onEvent((event) => events.push(event));
    const job = testJob(1, { roundId: 6n });
    await add(job);
    await add(testJob(2, { roundId: 6n }));
    const claim = await claimed();
    expect(await queue.renew(claim)).toBe(true);

    await queue.closeRoundsOver(now + 59n);
    expect(await queue.linkOf(job)).toBe(link);
    await queue.closeRoundsOver(now + 60n);
    expect(await queue.linkOf(job)).toBeUndefined();
    expect(await queue.renew(claim)).toBe(false);
    expect(await queue.complete(claim, measured)).toBe(false);
    expect(await statesOf(6n)).toEqual(["cancelled", "cancelled"]);
    expect(await queue.claim()).toBeUndefined();
    expect(events).toEqual(["added", "added", "cancelled", "settled"]);
  });

  test("behavior: a round's link stands nowhere in its jobs", async () => {
    await add(testJob(1, { roundId: 8n }));
    const rows = await queue.jobRows();
    expect(rows).toContain(hashOf(1));
    expect(rows).not.toContain(link.slice(2));
  });
});
