import { perFamily } from "../../../domain/families.ts";
import { logKinds } from "../../../domain/resultLog.ts";
import { day, type EdgeCasesByRule, maxWord, memory, result, scores, start } from "./edgeFixtures.ts";

const failing = result({ scores: scores({ 0: 0n }) });

const entry = { kind: 0n, roundId: 11n, appliedAt: start, policyPointer: `0x${"01".repeat(20)}` };
const logEntry = {
  ...entry,
  versionId: `0x${"22".repeat(32)}`,
  word: failing,
  batchDigest: `0x${"33".repeat(32)}`,
};

/** Things that happened on consecutive days, in rounds 11, 12 and so on. */
function replay(
  steps: readonly { kind?: bigint; word?: bigint; other?: boolean }[],
  fields: { memoryBefore?: bigint; flagsNow?: bigint; policy?: object; otherPolicy?: object } = {},
) {
  return {
    memoryBefore: fields.memoryBefore ?? memory({ flags: 15n }),
    flagsNow: fields.flagsNow ?? 78n,
    entries: steps.map((step, index) => ({
      kind: step.kind ?? logKinds.result,
      roundId: 11n + BigInt(index),
      appliedAt: start + day * BigInt(index + 1),
      other: step.other ?? false,
      word: step.word ?? 0n,
    })),
    genesis: start - 9n * day,
    epochLength: day,
    policy: fields.policy ?? {},
    otherPolicy: fields.otherPolicy ?? {},
  };
}

const good = { word: result({}) };
const bad = { word: failing };
const gone = { kind: logKinds.nothing, word: failing };

/** Cases about logs, replays, and when a batch is contested. */
export const logEdgeCases: EdgeCasesByRule = {
  "log-hash": {
    about:
      "The lowest 208 bits of keccak256(abi.encode(memoryBefore)), then of keccak256(abi.encode(hash, entry)) for each entry.",
    cases: {
      "no entry": { memoryBefore: memory({}), entries: [] },
      "one entry": { memoryBefore: memory({}), entries: [logEntry] },
      "another memory": { memoryBefore: 0n, entries: [logEntry] },
      "two entries": { memoryBefore: memory({}), entries: [logEntry, { ...logEntry, kind: 2n, word: 0n }] },
      "every field at its largest": {
        memoryBefore: maxWord,
        entries: [
          {
            kind: 255n,
            roundId: (1n << 32n) - 1n,
            appliedAt: (1n << 40n) - 1n,
            policyPointer: `0x${"ff".repeat(20)}`,
            versionId: `0x${"ff".repeat(32)}`,
            word: maxWord,
            batchDigest: `0x${"ff".repeat(32)}`,
          },
        ],
      },
    },
  },
  replay: {
    about:
      "The memory after a log, flags settled; whether it stayed admitted, whether the last result proves it, whether that one failed.",
    cases: {
      "nothing happened": replay([]),
      "a failing result": replay([bad]),
      "a failing result, overturned: admitted as before": replay([gone]),
      "good results after an overturned one": replay([gone, good, good]),
      "good results after a failing one": replay([bad, good, good]),
      "an overturned result was the reason for a clean round owed": replay([gone, good], { flagsNow: 78n }),
      "what was not admitted is not by a replay": replay([gone, good], {
        memoryBefore: memory({ flags: 12n }),
        flagsNow: 76n,
      }),
      "an admission earned meanwhile stays": replay([gone, good], {
        memoryBefore: memory({ flags: 12n }),
        flagsNow: 79n,
      }),
      "lane, retirement and log are those of now": replay([good], { flagsNow: 214n }),
      "a result that froze nothing is still waited for": replay([good, bad], { flagsNow: 108n }),
      "and is not once the last one does not fail": replay([bad, good], { flagsNow: 108n }),
      "a carried failure": replay([good, { kind: logKinds.carried, word: 25_600n }]),
      "a new version": replay([bad, { kind: logKinds.inherited }, good]),
      "a new version after an overturned result": replay([gone, { kind: logKinds.inherited }, good]),
      "a new version that was never measured": replay([{ kind: logKinds.inherited }, { kind: logKinds.inherited }]),
      "evidence taken away": replay([good, { kind: logKinds.discredited }, good]),
      "the policy changed on the way": replay([good, { ...good, other: true }, good], {
        otherPolicy: { floorsBps: perFamily(() => 9_900n), halfLife: 64n * day },
      }),
      "six entries": replay([bad, bad, good, gone, bad, good]),
    },
  },
  breaker: {
    about: "More than a share of the batch, and at least three results, fail.",
    cases: {
      "two of two": { failing: 2n, results: 2n, breakerBps: 3_000n },
      "three of three": { failing: 3n, results: 3n, breakerBps: 3_000n },
      "three of ten": { failing: 3n, results: 10n, breakerBps: 3_000n },
      "four of ten": { failing: 4n, results: 10n, breakerBps: 3_000n },
      "all of a full batch, no breaker": { failing: 64n, results: 64n, breakerBps: 10_000n },
      "the smallest share": { failing: 3n, results: 64n, breakerBps: 1n },
    },
  },
};
