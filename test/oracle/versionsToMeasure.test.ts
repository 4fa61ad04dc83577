import { describe, expect, test } from "vitest";
import { shardOf } from "../../domain/committee.ts";
import { keccakText } from "../../domain/keccak.ts";
import { initialMemory, memoryFlags } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { versionIdOf } from "../../domain/version.ts";
import {
  type Candidate,
  type DrawnRound,
  isWorthOpening,
  versionsToMeasure,
} from "../../oracle/node/versionsToMeasure.ts";

const { standard, left, retired } = memoryFlags;
const token = 10n ** 18n;
const seed = keccakText("seed");

function candidate(modelId: bigint, flags: bigint, changes: Partial<Candidate> = {}): Candidate {
  const digest = keccakText(`manifest ${modelId}`);
  const memory = initialMemory(0n, 6n);
  return {
    modelId,
    digest,
    versionId: versionIdOf(modelId, digest),
    manifestUri: `https://models.test/${modelId}`,
    memory: { ...memory, flags: memory.flags | flags },
    stake: { bond: 1_000n * token, unbondingBond: 0n, openFreezes: 0n },
    paidThrough: 7n,
    evaluatedUntil: 0n,
    ...changes,
  };
}

const round = (changes: Partial<DrawnRound> = {}): DrawnRound => ({
  roundId: 7n,
  epochStart: 1_000n,
  policy: defaultPolicy,
  seed,
  shards: 1n,
  lotterySlots: 0n,
  modelCount: 100n,
  ...changes,
});
const modelsOf = (drawn: DrawnRound, candidates: readonly Candidate[]) =>
  versionsToMeasure(drawn, candidates)
    .map(({ modelId }) => modelId)
    .toSorted((a, b) => Number(a - b));

describe("versionsToMeasure", () => {
  test("default: the standard lane with bond and credit, and who has left it since", () => {
    const candidates = [
      candidate(1n, standard),
      candidate(2n, 0n),
      candidate(3n, standard, { paidThrough: 6n }),
      candidate(4n, standard, { stake: { bond: token, unbondingBond: 0n, openFreezes: 0n } }),
      candidate(5n, left, { stake: { bond: 0n, unbondingBond: 0n, openFreezes: 0n } }),
      candidate(6n, left, { paidThrough: 6n }),
      candidate(7n, standard | retired, { evaluatedUntil: 1_000n }),
      candidate(8n, standard | retired, { evaluatedUntil: 1_001n }),
    ];
    expect(modelsOf(round(), candidates)).toEqual([1n, 5n, 8n]);
  });

  test("behavior: lottery slots take bonded experimental models, each once", () => {
    const candidates = Array.from({ length: 5 }, (_, i) => candidate(BigInt(i + 1), i === 0 ? standard : 0n));
    const drawn = round({ lotterySlots: 4n, modelCount: 5n });
    const models = modelsOf(drawn, candidates);
    expect(models[0]).toBe(1n);
    expect(new Set(models).size).toBe(models.length);
    expect(models.length).toBeGreaterThan(1);
    expect(models.length).toBeLessThanOrEqual(5);
    expect(modelsOf(round({ modelCount: 5n }), candidates)).toEqual([1n]);
  });

  test("behavior: at most the policy's slots; drawn models keep theirs, the seed draws among the others", () => {
    const candidates = Array.from({ length: 40 }, (_, i) => candidate(BigInt(i + 1), i < 39 ? standard : 0n));
    const policy = { ...defaultPolicy, slots: 10n };
    const drawn = round({ policy, lotterySlots: 2n, modelCount: 40n });
    // Among 40 models the 16 draws of two slots need not hit the only one: find a round in which they do.
    const lucky = Array.from({ length: 50 }, (_, i) => ({ ...drawn, seed: keccakText(`seed ${i}`) })).find((each) =>
      modelsOf(each, candidates).includes(40n),
    );
    expect(lucky && modelsOf(lucky, candidates)).toHaveLength(10);
    expect(modelsOf(drawn, candidates)).toHaveLength(10);
    expect(modelsOf({ ...drawn, seed: keccakText("other") }, candidates)).not.toEqual(modelsOf(drawn, candidates));
  });

  test("behavior: where slots are too few, whoever pays has a turn every time the slots have gone round", () => {
    const policy = { ...defaultPolicy, slots: 10n };
    const lastRounds = new Map(Array.from({ length: 35 }, (_, i) => [BigInt(i + 1), 6n]));
    for (let roundId = 7n; roundId < 27n; roundId++) {
      const candidates = [...lastRounds].map(([id, lastRound]) => {
        const due = candidate(id, standard, { paidThrough: 100n });
        return { ...due, memory: { ...due.memory, lastRound } };
      });
      const measured = modelsOf(round({ policy, roundId, seed: keccakText(`seed ${roundId}`) }), candidates);
      expect(measured).toHaveLength(10);
      for (const id of measured) lastRounds.set(id, roundId);
      // ⌈35/10⌉ rounds at most.
      for (const [id, last] of lastRounds) expect(roundId - last, `model ${id}`).toBeLessThan(4n);
    }
  });

  test("behavior: old ids and versions that nobody can measure keep nobody out", () => {
    const policy = { ...defaultPolicy, slots: 10n };
    // As many as there are slots, registered before all others; the even ones can never be measured, the odd ones stand for ever new ids.
    const blockers = Array.from({ length: 10 }, (_, i) => candidate(BigInt(i + 1), left, { paidThrough: 1_000n }));
    const lastRounds = new Map(Array.from({ length: 5 }, (_, i) => [BigInt(i + 11), 99n]));
    let measuredTimes = 0;
    for (let roundId = 100n; roundId < 140n; roundId++) {
      const others = [...lastRounds].map(([id, lastRound]) => {
        const due = candidate(id, standard, { paidThrough: 1_000n });
        return { ...due, memory: { ...due.memory, lastRound } };
      });
      const drawn = round({ policy, roundId, seed: keccakText(`seed ${roundId}`) });
      for (const id of modelsOf(drawn, [...blockers, ...others])) {
        if (!lastRounds.has(id)) continue;
        lastRounds.set(id, roundId);
        measuredTimes++;
      }
      // An admission's last result is 14 rounds old at most.
      for (const [id, last] of lastRounds) expect(roundId - last, `model ${id}`).toBeLessThan(14n);
    }
    // They come every second or third of 40 rounds.
    expect(measuredTimes).toBeGreaterThan(5 * 12);
  });

  test("behavior: a committee gets the versions of its shard, at most a batch", () => {
    const candidates = Array.from({ length: 200 }, (_, i) => candidate(BigInt(i + 1), standard));
    const policy = { ...defaultPolicy, slots: 192n, shards: 3n };
    const assignments = versionsToMeasure(round({ policy, shards: 3n }), candidates);
    const counts = [0n, 1n, 2n].map((shard) => assignments.filter((each) => each.shard === shard).length);
    for (const { versionId, shard } of assignments) expect(shard).toBe(shardOf(versionId, seed, 3n));
    for (const count of counts) expect(count).toBeLessThanOrEqual(64);
    expect(Math.max(...counts)).toBe(64);
    expect(counts.every((count) => count > 40)).toBe(true);
  });
});

describe("isWorthOpening", () => {
  test("default: something is due, or could be drawn by a slot that can be paid for", () => {
    expect(isWorthOpening(round(), [candidate(1n, standard)], false)).toBe(true);
    expect(isWorthOpening(round(), [candidate(1n, 0n)], false)).toBe(false);
    expect(isWorthOpening(round(), [candidate(1n, 0n)], true)).toBe(true);
    expect(isWorthOpening(round(), [], true)).toBe(false);
  });
});
