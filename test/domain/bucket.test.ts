import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketCapacityDown, bucketLevel, bucketRoom } from "../../domain/bucket.ts";
import { defaultPolicy } from "../../domain/policy.ts";

const start = 1_800_000_000n;
const day = 86_400n;

describe("bucket", () => {
  test("default: 5 % of all tokens a day", () => {
    const capacity = bucketCapacityDown(1_000_000n, defaultPolicy);
    expect(capacity).toBe(50_000n);
    const full = { level: capacity, updatedAt: start };
    expect(bucketRoom(full, capacity, start, defaultPolicy)).toBe(0n);
    expect(bucketRoom(full, capacity, start + day / 2n, defaultPolicy)).toBe(25_000n);
    expect(bucketRoom(full, capacity, start + day, defaultPolicy)).toBe(50_000n);
    expect(bucketLevel(full, capacity, start + 9n * day, defaultPolicy)).toBe(0n);
  });

  test("behavior: when tokens leave, there is no room until the rest has leaked", () => {
    const full = { level: 50_000n, updatedAt: start };
    expect(bucketRoom(full, 10_000n, start, defaultPolicy)).toBe(0n);
    expect(bucketRoom(full, 10_000n, start + 4n * day, defaultPolicy)).toBe(0n);
    expect(bucketRoom(full, 10_000n, start + 5n * day, defaultPolicy)).toBe(10_000n);
  });

  test("behavior: in any period at most twice the capacity is frozen", () => {
    const waits = fc.array(fc.bigInt({ min: 0n, max: day / 3n }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(waits, (steps) => {
        const capacity = 10n ** 9n;
        let [bucket, now] = [{ level: 0n, updatedAt: start }, start];
        const frozen: { at: bigint; amount: bigint }[] = [];
        for (const step of steps) {
          now += step;
          const amount = bucketRoom(bucket, capacity, now, defaultPolicy);
          bucket = { level: bucketLevel(bucket, capacity, now, defaultPolicy) + amount, updatedAt: now };
          frozen.push({ at: now, amount });
        }
        for (const { at } of frozen) {
          const within = frozen.filter((other) => other.at >= at && other.at < at + day);
          const slack = BigInt(steps.length);
          expect(within.reduce((sum, { amount }) => sum + amount, 0n)).toBeLessThanOrEqual(2n * capacity + slack);
        }
      }),
      { numRuns: 1_000, seed: 20_260_101 },
    );
  });
});
