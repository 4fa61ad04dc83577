import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  committeesOf,
  memberCount,
  placesOf,
  seatsOf,
  shardCount,
  shardOf,
  signersNeeded,
  signersNeededToFail,
} from "../../domain/committee.ts";
import { sqrtDown, sqrtUp } from "../../domain/integers.ts";
import { medianResult, NoReports } from "../../domain/median.ts";
import { packMemory, unpackMemory } from "../../domain/memory.ts";
import { defaultPolicy, policyFromDecoded } from "../../domain/policy.ts";
import { packResult, unpackResult } from "../../domain/result.ts";
import { emptyStake, stakeFromDecoded } from "../../domain/stake.ts";
import { FieldOutOfRange } from "../../domain/words.ts";

const options = { numRuns: 2_000, seed: 20_260_101 };

describe("packed words", () => {
  test("error: a value that does not fit is named", () => {
    const memory = unpackMemory(0n);
    expect(() => packMemory({ ...memory, mass: 1n << 24n })).toThrow(FieldOutOfRange);
    expect(() => packMemory({ ...memory, mass: 1n << 24n })).toThrow("mass is 16777216, but its field has 24 bits");
    expect(() => packMemory({ ...memory, rates: [0n, 0n, 65_536n, 0n, 0n, 0n, 0n] })).toThrow("rate C is 65536");
    expect(() => packMemory({ ...memory, scar: -1n })).toThrow("scar is -1");
    expect(() => packResult({ ...unpackResult(0n), items: 65_536n })).toThrow("items is 65536");
  });
});

describe("medianResult", () => {
  test("behavior: one liar of three cannot leave the range of the honest two", () => {
    const score = fc.bigInt({ min: 0n, max: 10_000n });
    fc.assert(
      fc.property(score, score, score, (first, second, lie) => {
        const word = (value: bigint) =>
          packResult({ ...unpackResult(0n), items: 1n, scores: [value, value, value, value, value, value, value] });
        const [low, high] = first < second ? [first, second] : [second, first];
        const median = unpackResult(medianResult([word(first), word(lie), word(second)], 600n)).scores[0];
        expect(median >= low && median <= high).toBe(true);
      }),
      options,
    );
  });

  test("error: no report", () => {
    expect(() => medianResult([], 600n)).toThrow(NoReports);
  });
});

describe("committeesOf", () => {
  const seed = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
  const seedOf = (value: bigint) => `0x${value.toString(16).padStart(64, "0")}` as const;

  test("behavior: disjoint committees of k members among the seats, and enough signers always exist", () => {
    fc.assert(
      fc.property(
        seed,
        fc.bigInt({ min: 0n, max: 60n }),
        fc.bigInt({ min: 1n, max: 15n }),
        fc.bigInt({ min: 1n, max: 4n }),
        (value, seatCount, size, shards) => {
          const policy = { committeeSize: size, quorum: size / 2n + 1n, shards };
          const committees = committeesOf(seedOf(value), seatCount, policy);
          const members = memberCount(seatCount, policy);
          expect(BigInt(committees.length)).toBe(shardCount(seatCount, policy));
          const all = committees.reduce((union, committee) => union | committee, 0n);
          expect(seatsOf(all)).toHaveLength(Number(members) * committees.length);
          expect(all >> seatCount).toBe(0n);
          for (const committee of committees) expect(seatsOf(committee)).toHaveLength(Number(members));
          expect(signersNeeded(members, policy)).toBeLessThanOrEqual(members);
          expect(signersNeededToFail(members, policy)).toBeLessThanOrEqual(members);
          // Two groups that can both speak for a committee share a member.
          if (members > 0n) expect(2n * signersNeeded(members, policy)).toBeGreaterThan(members);
        },
      ),
      options,
    );
  });

  test("behavior: one shard's committee is the first of many", () => {
    const one = committeesOf(seedOf(1n), 31n, defaultPolicy);
    const three = committeesOf(seedOf(1n), 31n, { ...defaultPolicy, shards: 3n });
    expect(one).toEqual(three.slice(0, 1));
    expect(three).toHaveLength(3);
  });

  test("behavior: every seat serves about equally often", () => {
    const counts = new Map<number, number>();
    for (let round = 0n; round < 3_100n; round += 1n) {
      for (const seat of committeesOf(seedOf(round), 31n, defaultPolicy).flatMap(seatsOf)) {
        counts.set(seat, (counts.get(seat) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(31);
    for (const count of counts.values()) expect(Math.abs(count - 700)).toBeLessThan(110);
  });

  test("behavior: versions are divided about equally among shards", () => {
    const counts = [0, 0, 0];
    for (let version = 0n; version < 3_000n; version += 1n) {
      const shard = Number(shardOf(seedOf(version), seedOf(7n), 3n));
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
    expect(shardOf(seedOf(1n), seedOf(7n), 1n)).toBe(0n);
  });

  test("default: who signed is noted by place in the committee, after those of the shards before", () => {
    const policy = { committeeSize: 3n };
    expect(placesOf(0b1010_0000n, 0b1010_0100n, 0n, policy)).toBe(0b110n);
    expect(placesOf(0b0000_0100n, 0b1010_0100n, 2n, policy)).toBe(0b1_000_000n);
  });
});

describe("decoded structs", () => {
  test("default: small integers that arrive as numbers become bigints", () => {
    const floors = [9_000, 9_000, 9_000, 8_500, 8_500, 8_500, 9_700] as const;
    expect(policyFromDecoded({ ...defaultPolicy, floorsBps: floors, massMin: 900, quorum: 4 })).toEqual(defaultPolicy);
    const stake = { ...emptyStake, openFreezes: 1, bondUnlocksAt: 7, streaming: true };
    expect(stakeFromDecoded(stake)).toEqual({ ...stake, openFreezes: 1n, bondUnlocksAt: 7n });
  });
});

describe("square roots", () => {
  test("behavior: are the largest below and the smallest above", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 200n }), (x) => {
        const [down, up] = [sqrtDown(x), sqrtUp(x)];
        expect(down * down <= x && (down + 1n) * (down + 1n) > x).toBe(true);
        expect(up * up >= x && (up === 0n || (up - 1n) * (up - 1n) < x)).toBe(true);
      }),
      options,
    );
  });
});
