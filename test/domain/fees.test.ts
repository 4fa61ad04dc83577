import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyStream,
  joinedStream,
  settledStream,
  splitFees,
  streamedDown,
  streamTime,
  unbondingPartDown,
} from "../../domain/fees.ts";

const options = { numRuns: 2_000, seed: 20_260_101 };
const amount = fc.bigInt({ min: 0n, max: (1n << 90n) - 1n });
const start = 1_800_000_000n;

describe("fee stream", () => {
  test("default: half of it after half of the time, all of it at the end", () => {
    const stream = joinedStream({ ...emptyStream, updatedAt: start }, 1_001n, start);
    expect(stream).toEqual({ amount: 1_001n, updatedAt: start, endsAt: start + streamTime });
    expect(streamedDown(stream, start)).toBe(0n);
    expect(streamedDown(stream, start + streamTime / 2n)).toBe(500n);
    expect(streamedDown(stream, start + streamTime)).toBe(1_001n);
    expect(streamedDown(stream, start + 2n * streamTime)).toBe(1_001n);
  });

  test("behavior: settling often pays no more than settling once, and everything in the end", () => {
    const steps = fc.array(fc.bigInt({ min: 0n, max: streamTime / 3n }), { maxLength: 12 });
    fc.assert(
      fc.property(amount, steps, (assets, waits) => {
        let stream = joinedStream(emptyStream, assets, start);
        const whole = stream;
        let [now, paid] = [start, 0n];
        for (const wait of waits) {
          now += wait;
          const settled = settledStream(stream, now);
          stream = settled.stream;
          paid += settled.streamed;
        }
        expect(paid).toBeLessThanOrEqual(streamedDown(whole, now));
        expect(paid + 1n + BigInt(waits.length)).toBeGreaterThan(streamedDown(whole, now));
        expect(paid + streamedDown(stream, start + streamTime)).toBe(assets);
      }),
      options,
    );
  });

  test("behavior: dust does not postpone what is on its way", () => {
    const big = joinedStream(emptyStream, 10n ** 24n, start);
    const now = start + streamTime / 2n;
    const { stream } = settledStream(big, now);
    expect(joinedStream(stream, 1_000n, now).endsAt).toBe(big.endsAt);
  });

  test("behavior: a payment moves the end to somewhere between both ends", () => {
    fc.assert(
      fc.property(amount, amount, fc.bigInt({ min: 0n, max: 2n * streamTime }), (first, second, wait) => {
        const now = start + wait;
        const { stream } = settledStream(joinedStream(emptyStream, first, start), now);
        const joined = joinedStream(stream, second, now);
        expect(joined.amount).toBe(stream.amount + second);
        if (joined.amount === 0n) return;
        expect(joined.endsAt).toBeLessThanOrEqual(now + streamTime);
        if (stream.amount !== 0n) expect(joined.endsAt).toBeGreaterThanOrEqual(stream.endsAt);
      }),
      options,
    );
  });

  test("behavior: no unit is lost when it is shared out", () => {
    fc.assert(
      fc.property(amount, amount, amount, (streamed, bond, delegated) => {
        const { toBond, toDelegations, toCommons } = splitFees(streamed, bond, delegated);
        expect(toBond + toDelegations + toCommons).toBe(streamed);
        if (bond + delegated === 0n) expect(toCommons).toBe(streamed);
        else expect(toBond * (bond + delegated)).toBeLessThanOrEqual(streamed * bond);
      }),
      options,
    );
  });

  test("behavior: while a freeze is unresolved both pools grow alike, but for a unit of the active one's", () => {
    fc.assert(
      fc.property(amount, amount, amount, (assets, delegated, unbonding) => {
        if (delegated === 0n) return;
        const part = unbondingPartDown(assets, delegated, unbonding);
        const rest = assets - part;
        expect(part * delegated).toBeLessThanOrEqual(rest * unbonding);
        expect((part + 1n) * delegated).toBeGreaterThan((rest - 1n) * unbonding);
      }),
      options,
    );
  });
});
