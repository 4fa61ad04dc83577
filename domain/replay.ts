import { epochStart, isProven } from "./admission.ts";
import { applyResult, carryFailure } from "./combine.ts";
import type { Hex } from "./hex.ts";
import {
  discreditMemory,
  hasFlag,
  inheritMemory,
  type Memory,
  memoryFlags,
  unpackMemory,
  withAdmitted,
} from "./memory.ts";
import type { Policy } from "./policy.ts";
import { type LogEntry, logKinds, type ResultLog } from "./resultLog.ts";

/** What a replay needs beside the log. */
export interface ReplayContext {
  /** The policy in a code account that an entry names. */
  readonly policyOf: (pointer: Hex) => Policy;
  /** Start of the first epoch (unix seconds), and seconds per epoch. */
  readonly genesis: bigint;
  readonly epochLength: bigint;
}

/** Where a replay has got to. */
export interface Replay {
  readonly memory: Memory;
  /** As of the last result in the log: whether the evidence alone would admit. */
  readonly proven: boolean;
  /** As of the last result, also of one before the log or carried: whether one that failed may be waited for (see memoryFlags.contested). */
  readonly failing: boolean;
}

/**
 * What a memory would be after its log: the same steps as when the entries were applied, each at its time and under its policy. Of its
 * flags only "admitted", "exists" and what new versions inherit mean anything (see settledMemory). Twin of
 * contracts/libraries/ReplayLib.sol (replay).
 */
export function replayLog(log: ResultLog, context: ReplayContext): Replay {
  const memory = unpackMemory(log.memoryBefore);
  const start: Replay = { memory, proven: false, failing: hasFlag(memory, "contested") };
  return log.entries.reduce((state, entry) => step(state, entry, context), start);
}

/**
 * The replayed memory in the place of the one that is there. Lane, retirement, the log and past admissions are those of now. An
 * admission that was earned meanwhile stays if the replayed evidence proves it; a result that froze nothing is still waited for only
 * if the last one fails. Twin of contracts/libraries/ReplayLib.sol (settleFlags).
 */
export function settledMemory({ memory, proven, failing }: Replay, memoryNow: Pick<Memory, "flags">): Memory {
  const stays = proven && hasFlag(memoryNow, "admitted");
  const flags = failing ? memoryNow.flags : memoryNow.flags & ~memoryFlags.contested;
  return withAdmitted({ ...memory, flags }, hasFlag(memory, "admitted") || stays);
}

/**
 * The log in which one result or carried failure was overturned: replaced by another result word, or by nothing. Twin of
 * IAssay.overturn.
 * @param newWord A result word; 0: had it not been posted. What was carried is never replaced, only taken away.
 */
export function overturnedLog(log: ResultLog, index: number, newWord: bigint): ResultLog {
  const entries = log.entries.map((entry, place) => {
    if (place !== index) return entry;
    return newWord !== 0n && entry.kind === logKinds.result
      ? { ...entry, word: newWord }
      : { ...entry, kind: logKinds.nothing };
  });
  return { ...log, entries };
}

function step(state: Replay, entry: LogEntry, context: ReplayContext): Replay {
  const { memory } = state;
  switch (entry.kind) {
    case logKinds.result:
      return resultStep(state, entry, context);
    case logKinds.carried: {
      const carried = carryFailure(memory, entry.word, entry.appliedAt, context.policyOf(entry.policyPointer));
      return { ...state, memory: withAdmitted(carried, false), failing: true };
    }
    case logKinds.inherited:
      return { ...state, memory: inheritMemory(memory, entry.roundId) };
    case logKinds.discredited:
      return { ...state, memory: discreditMemory(memory) };
    default:
      return state;
  }
}

/** Admission is kept while it is proven and never earned: what stake and lane were at the time is not known any more. */
function resultStep({ memory }: Replay, entry: LogEntry, context: ReplayContext): Replay {
  const { word, roundId, appliedAt: now } = entry;
  const policy = context.policyOf(entry.policyPointer);
  const applied = applyResult({ memory, word, roundId, now, policy });
  const proven = isProven(applied.memory, policy, epochStart(roundId, context.genesis, context.epochLength), now);
  return {
    memory: proven ? applied.memory : withAdmitted(applied.memory, false),
    proven,
    failing: applied.failed !== 0n,
  };
}
