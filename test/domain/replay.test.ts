import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isProven } from "../../domain/admission.ts";
import { applyResult, carryFailure } from "../../domain/combine.ts";
import type { Hex } from "../../domain/hex.ts";
import { hasFlag, inheritMemory, type Memory, memoryFlags, packMemory, withAdmitted } from "../../domain/memory.ts";
import type { Policy } from "../../domain/policy.ts";
import { overturnedLog, type ReplayContext, replayLog, settledMemory } from "../../domain/replay.ts";
import { type LogEntry, logHash, logKinds, type ResultLog } from "../../domain/resultLog.ts";
import { randomMemory, randomPolicy, randomResult } from "./differential/fixtures.ts";
import { Random } from "./differential/random.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
/** The seed of a whole made-up situation; a shrunk one is as good as any. */
const situation = fc.noShrink(fc.integer({ min: 0, max: 0xffff_ffff }));
const start = 1_800_000_000n;
const epochLength = 86_400n;
const pointers = [`0x${"01".repeat(20)}`, `0x${"02".repeat(20)}`] as const;
const versionId: Hex = `0x${"11".repeat(32)}`;
const other: Hex = `0x${"22".repeat(32)}`;

interface Life {
  readonly before: Memory;
  readonly log: ResultLog;
  readonly context: ReplayContext;
}

/** A memory and what happened to it under two policies, a round a day at most. */
function randomLife(random: Random): Life {
  const policies: readonly [Policy, Policy] = [randomPolicy(random), randomPolicy(random)];
  const before = { ...randomMemory(random), tickedAt: start, lastRound: 1_000n };
  let [roundId, appliedAt] = [1_000n, start];
  const entries = Array.from({ length: Number(random.uniform(1n, 8n)) }, (): LogEntry => {
    roundId += random.uniform(1n, 9n);
    appliedAt += random.between(0n, 9n * epochLength);
    const kind = random.pick([logKinds.result, logKinds.result, logKinds.carried, logKinds.inherited]);
    const words = new Map([
      [`${logKinds.result}`, randomResult(random)],
      [`${logKinds.carried}`, random.between(0n, 1n << 20n)],
    ]);
    return {
      kind,
      roundId,
      appliedAt,
      policyPointer: random.pick(pointers),
      versionId,
      word: words.get(`${kind}`) ?? 0n,
      batchDigest: versionId,
    };
  });
  return {
    before,
    log: { memoryBefore: packMemory(before), entries },
    context: {
      policyOf: (pointer) => policies[pointer === pointers[0] ? 0 : 1],
      genesis: start - 1_000n * epochLength,
      epochLength,
    },
  };
}

/** The same, told step by step, with the admitted flag as a result leaves it that earns nothing. */
function lived(before: Memory, entries: readonly LogEntry[], context: ReplayContext): Memory {
  let memory = before;
  for (const { kind, word, roundId, appliedAt: now, policyPointer } of entries) {
    const policy = context.policyOf(policyPointer);
    if (kind === logKinds.inherited) memory = inheritMemory(memory, roundId);
    if (kind === logKinds.carried) memory = withAdmitted(carryFailure(memory, word, now, policy), false);
    if (kind !== logKinds.result) continue;
    memory = applyResult({ memory, word, roundId, now, policy }).memory;
    const epochStart = context.genesis + (roundId - 1n) * context.epochLength;
    if (!isProven(memory, policy, epochStart, now)) memory = withAdmitted(memory, false);
  }
  return memory;
}

const untold = ({ flags, ...told }: Memory) => ({ ...told, admitted: hasFlag({ flags }, "admitted") });

describe("replayLog", () => {
  test("behavior: INV 9: an overturned entry leaves the memory as if it had not been, to the bit", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const { before, log, context } = randomLife(random);
        const index = Number(random.uniform(0n, BigInt(log.entries.length - 1)));
        const disputed = log.entries[index];
        if (disputed === undefined || disputed.kind > logKinds.carried) return;
        const without = lived(before, log.entries.toSpliced(index, 1), context);
        expect(untold(replayLog(overturnedLog(log, index, 0n), context).memory)).toEqual(untold(without));

        if (disputed.kind !== logKinds.result) return;
        const word = randomResult(random);
        const replaced = lived(before, log.entries.with(index, { ...disputed, word }), context);
        expect(untold(replayLog(overturnedLog(log, index, word), context).memory)).toEqual(untold(replaced));
      }),
      options,
    );
  });

  test("behavior: a replay never earns an admission", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const { before, log, context } = randomLife(new Random(seed));
        const replay = replayLog({ ...log, memoryBefore: packMemory(withAdmitted(before, false)) }, context);
        expect(hasFlag(replay.memory, "admitted")).toBe(false);
        const settled = settledMemory(replay, { flags: memoryFlags.exists });
        expect(settled.flags).toBe(memoryFlags.exists);
      }),
      options,
    );
  });

  test("behavior: what is so now stays so, whatever the log says", () => {
    fc.assert(
      fc.property(situation, fc.bigInt({ min: 0n, max: 255n }), (seed, flags) => {
        const { log, context } = randomLife(new Random(seed));
        const settled = settledMemory(replayLog(log, context), { flags });
        const present = memoryFlags.standard | memoryFlags.left | memoryFlags.logged | memoryFlags.retired;
        expect(settled.flags & present).toBe(flags & present);
      }),
      options,
    );
  });
});

describe("overturnedLog", () => {
  const entry = {
    roundId: 1n,
    appliedAt: start,
    policyPointer: pointers[0],
    versionId,
    word: 5n,
    batchDigest: versionId,
  };
  const log = {
    memoryBefore: 4n,
    entries: [
      { ...entry, kind: logKinds.result },
      { ...entry, kind: logKinds.carried },
    ],
  };

  test("default: a result is replaced, or nothing; what was carried is only taken away", () => {
    expect(overturnedLog(log, 0, 7n).entries[0]).toEqual({ ...entry, kind: logKinds.result, word: 7n });
    expect(overturnedLog(log, 0, 0n).entries[0]).toEqual({ ...entry, kind: logKinds.nothing });
    expect(overturnedLog(log, 1, 7n).entries[1]).toEqual({ ...entry, kind: logKinds.nothing });
    expect(overturnedLog(log, 1, 7n).entries[0]).toEqual(log.entries[0]);
  });

  test("behavior: every field of every entry, and their order, is in the hash", () => {
    const hashes = new Set([
      logHash(log),
      logHash({ ...log, memoryBefore: 5n }),
      logHash({ ...log, entries: log.entries.toReversed() }),
      logHash({ ...log, entries: log.entries.slice(0, 1) }),
      ...[
        { kind: 3n },
        { roundId: 2n },
        { appliedAt: 1n },
        { policyPointer: pointers[1] },
        { word: 6n },
        { batchDigest: other },
      ].map((change) => logHash({ ...log, entries: log.entries.map((one) => ({ ...one, ...change })) })),
    ]);
    expect(hashes.size).toBe(10);
    for (const hash of hashes) expect(hash >> 208n).toBe(0n);
  });
});
