import { z } from "zod";
import { isContestedBatch } from "../../../domain/breaker.ts";
import type { Hex } from "../../../domain/hex.ts";
import { hasFlag, memoryFieldMax, packMemory, unpackMemory } from "../../../domain/memory.ts";
import { defaultPolicy, type Policy } from "../../../domain/policy.ts";
import { replayLog, settledMemory } from "../../../domain/replay.ts";
import { emptyLogHash, type LogEntry, logHash, logKinds } from "../../../domain/resultLog.ts";
import { hex20, hex32, policySchema, randomGoodMemory, randomMemory, randomPolicy, randomResult } from "./fixtures.ts";
import type { Random } from "./random.ts";
import { defineRule, integer } from "./rule.ts";

/** Entries of a case at most; the harness takes this many, filled up with nothing. */
const entriesMax = 6;

interface ReplayEntry {
  kind: bigint;
  roundId: bigint;
  appliedAt: bigint;
  /** Of the case's two policies, the other one. */
  other: boolean;
  word: bigint;
}

interface ReplayCase {
  memoryBefore: bigint;
  flagsNow: bigint;
  entries: ReplayEntry[];
  genesis: bigint;
  epochLength: bigint;
  policy: Policy;
  otherPolicy: Policy;
}

const pointers = [`0x${"01".repeat(20)}`, `0x${"02".repeat(20)}`] as const;
const noVersion: Hex = `0x${"00".repeat(32)}`;
const nothing = { kind: logKinds.nothing, roundId: 0n, appliedAt: 0n, other: false, word: 0n };

function logOf({ memoryBefore, entries }: ReplayCase) {
  return {
    memoryBefore,
    entries: entries.map(({ other, ...entry }): LogEntry => {
      return { ...entry, policyPointer: pointers[other ? 1 : 0], versionId: noVersion, batchDigest: noVersion };
    }),
  };
}

function randomEntry(random: Random, before: ReplayEntry, policy: Policy): ReplayEntry {
  const kind = random.chance(2) ? logKinds.result : random.between(0n, 4n);
  const words: Record<string, () => bigint> = {
    [`${logKinds.result}`]: () => (random.chance(2) ? goodResult(random) : randomResult(random)),
    [`${logKinds.carried}`]: () => random.between(0n, 1n << 20n),
  };
  const appliedAt = before.appliedAt + random.between(0n, policy.halfLife);
  return {
    kind,
    roundId: before.roundId + random.between(1n, 9n),
    appliedAt: appliedAt < 1n << 32n ? appliedAt : before.appliedAt,
    other: random.chance(4),
    word: words[`${kind}`]?.() ?? 0n,
  };
}

/** 600 items of which nearly all are right, every family measured. */
function goodResult(random: Random): bigint {
  const scores = [0n, 1n, 2n, 3n, 4n, 5n, 6n].reduce(
    (word, family) => word | (random.uniform(9_700n, 10_000n) << (16n * family)),
    0n,
  );
  return scores | (600n << 112n) | (1_000n << 128n) | (0x7fn << 200n);
}

function randomReplay(random: Random, policy: Policy): ReplayCase {
  const start = 1_500_000_000n;
  const memoryBefore = random.chance(2)
    ? randomGoodMemory(random, policy, start)
    : packMemory({
        ...randomMemory(random),
        tickedAt: start - random.between(0n, policy.halfLife),
        lastRound: random.between(1n, memoryFieldMax("lastRound") - 9n * BigInt(entriesMax)),
      });
  const first = { ...nothing, roundId: unpackMemory(memoryBefore).lastRound, appliedAt: start };
  const entries: ReplayEntry[] = [];
  for (let left = random.uniform(0n, BigInt(entriesMax)); left > 0n; left -= 1n) {
    entries.push(randomEntry(random, entries.at(-1) ?? first, policy));
  }
  return {
    memoryBefore,
    flagsNow: random.bits(8),
    entries,
    genesis: start - random.between(0n, 1_000n * 86_400n),
    epochLength: random.between(1n, 86_400n),
    policy,
    otherPolicy: random.chance(2) ? defaultPolicy : randomPolicy(random),
  };
}

const replayEntry = z.strictObject({
  kind: integer,
  roundId: integer,
  appliedAt: integer,
  other: z.boolean(),
  word: integer,
});
const logEntry = z.strictObject({
  kind: integer,
  roundId: integer,
  appliedAt: integer,
  policyPointer: hex20,
  versionId: hex32,
  word: integer,
  batchDigest: hex32,
});

/** Logs, replays, and when a batch is contested. */
export const logRules = [
  defineRule({
    name: "log-hash",
    solidity: "logHash",
    schema: z.strictObject({ memoryBefore: integer, entries: z.array(logEntry).max(entriesMax) }),
    twin: (log) => ({ empty: emptyLogHash(log.memoryBefore), hash: logHash(log) }),
    toStruct: ({ memoryBefore, entries }) => ({
      memoryBefore,
      count: BigInt(entries.length),
      entries: Array.from({ length: entriesMax }, (_, place) => ({
        ...(entries[place] ?? {
          kind: 0n,
          roundId: 0n,
          appliedAt: 0n,
          policyPointer: pointers[0],
          versionId: noVersion,
          word: 0n,
          batchDigest: noVersion,
        }),
      })),
    }),
    random: (random) => ({
      memoryBefore: random.bits(256),
      entries: Array.from({ length: Number(random.uniform(0n, BigInt(entriesMax))) }, () => ({
        kind: random.between(0n, 4n),
        roundId: random.bits(24),
        appliedAt: random.bits(40),
        policyPointer: random.hex(20),
        versionId: random.hex(32),
        word: random.bits(256),
        batchDigest: random.hex(32),
      })),
    }),
    batchSize: 50,
  }),
  defineRule<ReplayCase>({
    name: "replay",
    solidity: "replay",
    schema: z.strictObject({
      memoryBefore: integer,
      flagsNow: integer,
      entries: z.array(replayEntry).max(entriesMax),
      genesis: integer,
      epochLength: integer,
      policy: policySchema,
      otherPolicy: policySchema,
    }),
    twin: (input) => {
      const replay = replayLog(logOf(input), {
        policyOf: (pointer) => (pointer === pointers[1] ? input.otherPolicy : input.policy),
        genesis: input.genesis,
        epochLength: input.epochLength,
      });
      return {
        memoryWord: packMemory(settledMemory(replay, { flags: input.flagsNow })),
        admitted: hasFlag(replay.memory, "admitted"),
        proven: replay.proven,
        failing: replay.failing,
      };
    },
    toStruct: ({ memoryBefore, flagsNow, entries, genesis, epochLength, policy, otherPolicy }, indexOf) => ({
      memoryBefore,
      flagsNow,
      genesis,
      epochLength,
      policy: indexOf(policy),
      otherPolicy: indexOf(otherPolicy),
      entries: Array.from({ length: entriesMax }, (_, place) => ({ ...(entries[place] ?? nothing) })),
    }),
    random: randomReplay,
    batchSize: 20,
  }),
  defineRule({
    name: "breaker",
    solidity: "isContested",
    schema: z.strictObject({ failing: integer, results: integer, breakerBps: integer }),
    twin: ({ failing, results, breakerBps }) => ({ contested: isContestedBatch(failing, results, { breakerBps }) }),
    toStruct: ({ failing, results, breakerBps }) => ({ first: failing, second: results, third: breakerBps }),
    random: (random) => {
      const results = random.uniform(1n, 64n);
      const breakerBps = random.between(1n, 10_000n);
      // Half of the time within one result of where the breaker trips.
      const near = (results * breakerBps) / 10_000n + random.uniform(-1n, 1n);
      const failing = random.chance(2) && near >= 0n && near <= results ? near : random.uniform(0n, results);
      return { failing, results, breakerBps };
    },
  }),
];
