import { describe, expect, test } from "vitest";
import { admissionOf } from "../../domain/admission.ts";
import { applyResult } from "../../domain/combine.ts";
import { perFamily } from "../../domain/families.ts";
import { type Memory, massPerItem, memoryFlags, packMemory, unpackMemory } from "../../domain/memory.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { explainReasons, reasonBit, reasonCodes, reasonsOf } from "../../domain/reasons.ts";
import { packResult } from "../../domain/result.ts";
import { emptyStake, type ModelStake } from "../../domain/stake.ts";

const start = 1_800_000_000n;
const day = 86_400n;
const token = 10n ** 18n;
const inTokens = (amount: bigint) => `${amount / token} ASY`;

const goodMemory: Memory = {
  ...unpackMemory(0n),
  rates: perFamily(() => 49_500n),
  mass: 4_000n * massPerItem,
  tickedAt: start,
  lastRound: 10n,
  rounds: 5n,
  flags: memoryFlags.exists | memoryFlags.standard,
};
const goodStake: ModelStake = {
  ...emptyStake,
  bond: 2_000n * token,
  delegated: 8_000n * token,
  shares: 8_000n * token,
};

function explain(changes: {
  memory?: Partial<Memory>;
  stake?: Partial<ModelStake>;
  now?: bigint;
  paused?: boolean;
  servedUntil?: bigint;
  policy?: Partial<Policy>;
}) {
  const policy = { ...defaultPolicy, ...changes.policy };
  const question = {
    memoryWord: packMemory({ ...goodMemory, ...changes.memory }),
    stake: { ...goodStake, ...changes.stake },
    policy,
    now: changes.now ?? start,
    genesis: start - 10n * day,
    epochLength: day,
    paused: changes.paused ?? false,
    servedUntil: changes.servedUntil ?? 0n,
  };
  const admission = admissionOf(question);
  return { question, admission, policy, reasons: explainReasons(admission, policy, inTokens) };
}

const sentences = (changes: Parameters<typeof explain>[0]) => explain(changes).reasons.map(({ sentence }) => sentence);

describe("reasons", () => {
  test("default: codes are the bits in order", () => {
    expect(reasonCodes).toHaveLength(18);
    expect(reasonBit("not-standard-lane")).toBe(2n);
    expect(reasonBit("bond-too-small")).toBe(1n << 6n);
    expect(reasonBit("freeze-open")).toBe(1n << 8n);
    expect(reasonBit("repeat")).toBe(1n << 9n);
    expect(reasonBit("first-try")).toBe(1n << 15n);
    expect(reasonBit("no-version")).toBe(1n << 17n);
    expect(reasonBit("result-needed")).toBe(1n << 18n);
    expect(reasonsOf((1n << 19n) - 1n)).toEqual(reasonCodes);
    expect(reasonsOf(1n << 7n)).toEqual([]);
    expect(reasonsOf(1n << 60n)).toEqual([]);
  });

  test("default: an admitted version has nothing to explain", () => {
    expect(explain({}).reasons).toEqual([]);
  });
});

describe("explainReasons", () => {
  test("default: each condition says value, bar and distance", () => {
    expect(sentences({ memory: { flags: memoryFlags.exists } })).toEqual([
      "The model is in the experimental lane, and only the standard lane admits; its owner can move it there.",
    ]);
    expect(sentences({ memory: { rounds: 1n } })).toEqual([
      "Measured in 1 of the 3 rounds needed: 2 more rounds to go.",
    ]);
    expect(sentences({ memory: { cleanOwed: 1n } })).toEqual([
      "A round failed: 1 round without a failing family must follow before the model can be admitted.",
    ]);
    expect(sentences({ stake: { bond: 400n * token, delegated: 0n, shares: 0n } })).toEqual([
      "The owner's bond is 400 ASY (what is unbonding does not count) and must be at least 1000 ASY: bond 600 ASY more.",
    ]);
    const { exists, standard, left, retired } = memoryFlags;
    expect(sentences({ memory: { flags: exists | standard | left } })).toEqual([
      "The model has left the standard lane since its last result: it has to be measured once more before it can be admitted again.",
    ]);
    expect(sentences({ memory: { flags: exists | standard | retired }, servedUntil: start })).toEqual([
      "The model is retired: its owner has ended its service, and it is not admitted again.",
    ]);
    expect(sentences({ paused: true })).toEqual([
      "The guardian has paused admissions of newcomers; the pause ends by itself.",
    ]);
    expect(sentences({ stake: { delegated: 38_000n * token } })).toEqual([]);
    expect(sentences({ stake: { openFreezes: 2n } })).toEqual([
      "Stake is frozen after a failing result (2 freezes not resolved yet); admission waits until it is released or restored.",
    ]);
  });

  test("default: an old result says its age", () => {
    const policy = { halfLife: 64n * 31n * day };
    expect(sentences({ now: start + 13n * day + 3_661n, policy })).toEqual([
      "The last result is 14 days 1 hour old, 1 hour 1 minute more than the 14 days a result counts for; one new round is enough.",
    ]);
  });

  test("default: thin evidence says how many items and rounds are missing", () => {
    const { reasons } = explain({ memory: { mass: 250n * massPerItem, rates: perFamily(() => 50_000n) } });
    expect(reasons.map(({ code, itemsNeeded }) => [code, itemsNeeded])).toEqual([["too-little-evidence", 650n]]);
    expect(reasons[0]?.sentence).toBe(
      "There are 250 of the 900 items of evidence needed: 650 more, which is at least 2 rounds (evidence fades by half every 28 days).",
    );
  });

  test("behavior: a family that more evidence would prove says how much, and it is true", () => {
    const rates = perFamily((index) => (index === 3 ? 45_000n : 49_900n));
    const { reasons, question } = explain({ memory: { mass: 1_200n * massPerItem, rates } });
    expect(reasons.map(({ code }) => code)).toEqual(["perturbation"]);
    expect(reasons[0]?.sentence).toMatch(
      /^Perturbation \(P\): measured 90\.00 %, proven at least 83\.\d\d %, the bar is 85\.00 %: \d\.\d\d points missing; at this rate about [\d,]+ more items of evidence would prove it\.$/,
    );
    const needed = reasons[0]?.itemsNeeded ?? 0n;
    expect(needed).toBeGreaterThan(0n);
    const withItems = (items: bigint) =>
      packMemory({ ...unpackMemory(question.memoryWord), mass: (1_200n + items) * massPerItem });
    expect(admissionOf({ ...question, memoryWord: withItems(needed) }).admitted).toBe(true);
    expect(admissionOf({ ...question, memoryWord: withItems(needed - 1n) }).admitted).toBe(false);
  });

  test("behavior: a rate below its bar says that evidence does not help", () => {
    const { reasons } = explain({ memory: { rates: perFamily((index) => (index === 0 ? 44_000n : 49_500n)) } });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.itemsNeeded).toBeUndefined();
    expect(reasons[0]?.sentence).toContain(
      "more evidence at this rate does not help, the rate has to rise by more than 2.00 points",
    );
  });

  test("behavior: a rate just above its bar says when even a full record would not do", () => {
    const { reasons } = explain({ memory: { rates: perFamily((index) => (index === 0 ? 45_050n : 49_500n)) } });
    expect(reasons[0]?.sentence).toContain("even a full record of 4,000 items would not prove it");
  });

  test("behavior: a scar is named as what raised the bar", () => {
    const { reasons } = explain({ memory: { scar: 2_000n * 256n, rates: perFamily(() => 49_000n) } });
    expect(reasons.map(({ code }) => code)).toContain("first-try");
    for (const { sentence } of reasons) expect(sentence).toContain("raised by the scar of retries and drops");
  });

  test("behavior: a version that was never measured gets one sentence a reason", () => {
    const { admission, policy } = explain({ memory: { ...unpackMemory(0n), flags: goodMemory.flags } });
    const reasons = explainReasons(admission, policy);
    expect(reasons.map(({ code }) => code)).toEqual([
      "too-few-rounds",
      "too-little-evidence",
      "repeat",
      "format",
      "carry-over",
      "perturbation",
      "edge",
      "load",
      "first-try",
    ]);
    for (const { sentence } of reasons) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test("behavior: an unknown version says so first", () => {
    const { policy } = explain({});
    const clock = { now: start, genesis: start, epochLength: day };
    const question = { memoryWord: 0n, stake: emptyStake, policy, ...clock, paused: false, servedUntil: 0n };
    expect(explainReasons(admissionOf(question), policy).map(({ code }) => code)).toEqual([
      "not-standard-lane",
      "bond-too-small",
      "no-version",
    ]);
  });

  test("behavior: every code has a sentence of its own", () => {
    const { admission, policy } = explain({ memory: { rates: perFamily(() => 0n) } });
    const all = explainReasons({ ...admission, reasons: (1n << 19n) - 1n }, policy);
    expect(new Set(all.map(({ sentence }) => sentence)).size).toBe(reasonCodes.length);
    for (const { sentence } of all) expect(sentence).not.toContain("condition");
  });
});

describe("the default policy", () => {
  /** The admission after each of `count` daily rounds with the same result. */
  function afterRounds(count: number, scores: readonly bigint[], retries: bigint) {
    const word = packResult({
      scores: perFamily((index) => scores[index] ?? 0n),
      items: 600n,
      attempts: 3_000n,
      retries,
      hardFailures: 0n,
      flags: 0x7fn,
    });
    let memory: Memory = { ...unpackMemory(0n), tickedAt: start, lastRound: 1n, flags: goodMemory.flags };
    return Array.from({ length: count }, (_, round) => {
      const now = start + BigInt(round + 1) * day;
      memory = applyResult({ memory, word, roundId: BigInt(round + 2), now, policy: defaultPolicy }).memory;
      const clock = { now, genesis: start, epochLength: day };
      const question = { stake: goodStake, policy: defaultPolicy, ...clock, paused: false, servedUntil: 0n };
      return admissionOf({ ...question, memoryWord: packMemory(memory) });
    });
  }

  test("behavior: a good model is admitted after its third round, not before", () => {
    const admitted = afterRounds(5, [9_900n, 9_900n, 9_900n, 9_600n, 9_600n, 9_600n, 10_000n], 0n).map(
      (admission) => admission.admitted,
    );
    expect(admitted).toEqual([false, false, true, true, true]);
  });

  test("behavior: a model that breaks under perturbation never is", () => {
    const admissions = afterRounds(20, [9_900n, 9_900n, 9_900n, 4_000n, 9_600n, 9_600n, 10_000n], 0n);
    for (const admission of admissions) expect(reasonsOf(admission.reasons)).toContain("perturbation");
  });

  test("behavior: a steady 6 % of retries is refused for its first tries", () => {
    const admissions = afterRounds(20, [9_900n, 9_900n, 9_900n, 9_600n, 9_600n, 9_600n, 9_430n], 180n);
    for (const admission of admissions) expect(reasonsOf(admission.reasons)).toContain("first-try");
  });
});
