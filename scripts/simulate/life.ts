import { epochStart, memoryReasons } from "../../domain/admission.ts";
import { applyResult } from "../../domain/combine.ts";
import { min } from "../../domain/integers.ts";
import {
  decayMemory,
  hasFlag,
  inheritedRoundsUnit,
  inheritMemory,
  initialMemory,
  type Memory,
  memoryFieldMax,
  roundsOnRecord,
  withAdmitted,
} from "../../domain/memory.ts";
import type { Policy } from "../../domain/policy.ts";

/** Seconds. */
export const day = 86_400n;

/** A version that is measured once a day; its model has stake enough, so only its record and open freezes speak against it. */
export interface Life {
  readonly memory: Memory;
  /** Of the last result, or of the registration; also the day. */
  readonly round: bigint;
  /** Until then (unix seconds) a freeze is open. */
  readonly frozenUntil: bigint;
  readonly failedRounds: number;
  readonly admitted: boolean;
}

/** A version of a model nobody knows. */
export function birth(round: bigint): Life {
  const memory = initialMemory(round * day, round);
  return { memory, round, frozenUntil: 0n, failedRounds: 0, admitted: false };
}

/** The next day's round. A freeze is released as soon as it can be; results stand at the end of their epoch. */
export function live(life: Life, word: bigint, policy: Policy): Life {
  const round = life.round + 1n;
  const now = round * day;
  const { memory, failed } = applyResult({ memory: life.memory, word, roundId: round, now, policy });
  const frozenUntil = failed === 0n ? life.frozenUntil : now + policy.freezeWindow;
  const proven = memoryReasons(memory, policy, epochStart(round, 0n, day), now) === 0n;
  const admitted = proven && frozenUntil <= now;
  return {
    // The flag is earned by an admission and lost by evidence alone (docs/decisions/0006).
    memory: withAdmitted(memory, admitted || (proven && hasFlag(life.memory, "admitted"))),
    round,
    frozenUntil,
    failedRounds: life.failedRounds + (failed === 0n ? 0 : 1),
    admitted,
  };
}

/** The same result on `days` days in a row. */
export function liveDays(life: Life, { word, days }: { word: bigint; days: number }, policy: Policy): Life {
  let last = life;
  for (let i = 0; i < days; i++) last = live(last, word, policy);
  return last;
}

/** What of a record goes over to a new version; the rest is as in domain/. */
export interface Inheritance {
  readonly policy: Policy;
  /** The scar is inherited whole (docs/decisions/0012), and not by half. */
  readonly wholeScar: boolean;
  /** A version with fewer results passes on all it has, others a quarter of the mass; 1: those that were never measured. */
  readonly inheritAfter: number;
}

/** In whole units, as many as fit. */
function allRounds(memory: Memory): bigint {
  return min(memoryFieldMax("inheritedRounds"), roundsOnRecord(memory) / inheritedRoundsUnit);
}

/** The model's next version, registered after the day's round. */
export function addVersion(life: Life, { policy, wholeScar, inheritAfter }: Inheritance): Life {
  const now = decayMemory(life.memory, life.round * day, policy.halfLife);
  const inherited = inheritMemory(now, life.round);
  const keepsAll = now.rounds < BigInt(inheritAfter);
  const memory = {
    ...inherited,
    inheritedRounds: keepsAll ? allRounds(now) : inherited.inheritedRounds,
    mass: keepsAll ? now.mass : now.mass >> 2n,
    scar: keepsAll || wholeScar ? now.scar : now.scar >> 1n,
  };
  return { ...life, memory, admitted: false };
}
