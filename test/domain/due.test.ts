import { describe, expect, test } from "vitest";
import { type DueQuestion, isDue, mayDraw } from "../../domain/due.ts";
import { memoryFlags } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";

const { exists, standard, left, retired } = memoryFlags;
const token = 10n ** 18n;

function question(flags: bigint, changes: Partial<DueQuestion> = {}): DueQuestion {
  return {
    memory: { flags: exists | flags, lastRound: 6n },
    stake: { bond: 1_000n * token, unbondingBond: 0n, openFreezes: 0n },
    paidThrough: 7n,
    evaluatedUntil: 0n,
    roundId: 7n,
    epochStart: 1_000n,
    policy: defaultPolicy,
    ...changes,
  };
}

const bondOf = (bond: bigint, unbondingBond = 0n) => ({ stake: { bond, unbondingBond, openFreezes: 0n } });

describe("isDue", () => {
  test("default: the standard lane with its bond and its credit", () => {
    expect(isDue(question(standard))).toBe(true);
    expect(isDue(question(0n))).toBe(false);
    expect(isDue(question(standard, { paidThrough: 6n }))).toBe(false);
    expect(isDue(question(standard, bondOf(1_000n * token - 1n)))).toBe(false);
    expect(isDue(question(standard, bondOf(1_000n * token, 1n)))).toBe(false);
    const free = { policy: { ...defaultPolicy, evaluationPrice: 0n }, paidThrough: 0n };
    expect(isDue(question(standard, free))).toBe(true);
  });

  test("behavior: an open freeze keeps nobody from being measured", () => {
    const stake = { bond: 1_000n * token, unbondingBond: 0n, openFreezes: 1n };
    expect(isDue(question(standard, { stake }))).toBe(true);
  });

  test("behavior: who left the standard lane is measured once more, bond or not", () => {
    expect(isDue(question(left))).toBe(true);
    expect(isDue(question(left, bondOf(0n)))).toBe(true);
    expect(isDue(question(left, { paidThrough: 6n }))).toBe(false);
  });

  test("behavior: a version that is not older than the round waits for the next", () => {
    const young = { memory: { flags: exists | standard, lastRound: 7n } };
    expect(isDue(question(standard, young))).toBe(false);
    expect(isDue(question(standard, { ...young, roundId: 8n, paidThrough: 8n }))).toBe(true);
  });

  test("behavior: a retired model is measured up to its end", () => {
    expect(isDue(question(standard | retired, { evaluatedUntil: 1_001n }))).toBe(true);
    expect(isDue(question(standard | retired, { evaluatedUntil: 1_000n }))).toBe(false);
  });
});

describe("mayDraw", () => {
  test("default: experimental, not retired, bonded, without an open freeze", () => {
    expect(mayDraw(question(0n))).toBe(true);
    expect(mayDraw(question(0n, bondOf(100n * token)))).toBe(true);
    expect(mayDraw(question(0n, bondOf(100n * token - 1n)))).toBe(false);
    expect(mayDraw(question(standard))).toBe(false);
    expect(mayDraw(question(retired, { evaluatedUntil: 9_999n }))).toBe(false);
    expect(mayDraw(question(0n, { stake: { bond: 1_000n * token, unbondingBond: 0n, openFreezes: 1n } }))).toBe(false);
    expect(mayDraw({ ...question(0n), memory: { flags: 0n, lastRound: 6n } })).toBe(false);
  });

  test("behavior: a version that is not older than the round waits for the next", () => {
    const young = { memory: { flags: exists, lastRound: 7n } };
    expect(mayDraw(question(0n, young))).toBe(false);
    expect(mayDraw(question(0n, { ...young, roundId: 8n }))).toBe(true);
  });

  test("behavior: needs no credit, and more stake draws no better", () => {
    expect(mayDraw(question(0n, { paidThrough: 0n }))).toBe(true);
    expect(mayDraw(question(0n, bondOf(10n ** 27n)))).toBe(true);
  });
});
