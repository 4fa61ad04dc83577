import { describe, expect, test } from "vitest";
import { lotteryAttempts, lotteryDraw, lotteryModels, lotterySlots } from "../../domain/lottery.ts";

const seedOf = (round: bigint) => `0x${round.toString(16).padStart(64, "0")}` as const;

describe("lotterySlots", () => {
  test("default: a share of the slots, rounded up", () => {
    expect(lotterySlots({ slots: 64n, lotteryBps: 2_000n })).toBe(13n);
    expect(lotterySlots({ slots: 1n, lotteryBps: 2_000n })).toBe(1n);
    expect(lotterySlots({ slots: 64n, lotteryBps: 10_000n })).toBe(64n);
  });
});

describe("lotteryModels", () => {
  test("behavior: draws every model about equally often", () => {
    const counts = new Map<bigint, number>();
    for (let round = 0n; round < 2_000n; round += 1n) {
      const modelId = lotteryDraw(seedOf(round), 0n, 0n, 10n);
      counts.set(modelId, (counts.get(modelId) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => Number(a - b))).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n]);
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  test("behavior: no model twice, none that may not take part, at most one a slot", () => {
    for (let round = 0n; round < 200n; round += 1n) {
      const models = lotteryModels({
        seed: seedOf(round),
        slots: 5n,
        modelCount: 9n,
        mayTakePart: (modelId) => modelId % 2n === 1n,
      });
      expect(new Set(models).size).toBe(models.length);
      expect(models.length).toBeLessThanOrEqual(5);
      for (const modelId of models) expect(modelId % 2n).toBe(1n);
    }
  });

  test("behavior: a slot passes on what an earlier one took, up to its eight draws", () => {
    const seed = seedOf(7n);
    const draws = (slot: bigint) =>
      Array.from({ length: Number(lotteryAttempts) }, (_, attempt) => lotteryDraw(seed, slot, BigInt(attempt), 3n));
    const models = lotteryModels({ seed, slots: 2n, modelCount: 3n, mayTakePart: () => true });
    const [first] = draws(0n);
    expect(models[0]).toBe(first);
    expect(models[1]).toBe(draws(1n).find((modelId) => modelId !== first));
    expect(lotteryModels({ seed, slots: 4n, modelCount: 3n, mayTakePart: () => false })).toEqual([]);
    expect(lotteryModels({ seed, slots: 4n, modelCount: 0n, mayTakePart: () => true })).toEqual([]);
  });
});
