import { decay, ticksPerHalfLife } from "./decay.ts";
import { families, familyIndexes, type PerFamily, perFamily } from "./families.ts";
import { min } from "./integers.ts";
import { familyField } from "./result.ts";
import { type BitField, placeField, readField } from "./words.ts";

/** The decayed record of a version. Twin of contracts/libraries/MemoryLib.sol. */
export interface Memory {
  /** Unit 1/50,000, family order. */
  readonly rates: PerFamily<bigint>;
  /** Evidence behind the rates, unit 1/4,096 item. */
  readonly mass: bigint;
  /** Instability, unit 1/256 item; saturates. */
  readonly scar: bigint;
  /** Time up to which mass, scar and strikes have faded (unix seconds). */
  readonly tickedAt: bigint;
  /** Round of the last result; at first the round in which the version was registered. */
  readonly lastRound: bigint;
  /** Results seen; saturates. */
  readonly rounds: bigint;
  /** Rounds taken over from earlier versions, unit 4 rounds; saturates. */
  readonly inheritedRounds: bigint;
  /** Failing rounds that have not faded, unit 1/4,096; saturates. */
  readonly strikes: bigint;
  /** Rounds without a failure still to come before admission. */
  readonly cleanOwed: bigint;
  /** See memoryFlags. */
  readonly flags: bigint;
}

/** A rate of 1, and the rate units in a basis point. */
export const rateOne = 50_000n;
export const ratePerBps = 5n;
/** Units of mass in an item, of scar in an item, of strikes in a strike. */
export const massPerItem = 4_096n;
export const scarPerItem = 256n;
export const strikeUnit = 4_096n;
/** Rounds in a unit of inheritedRounds. */
export const inheritedRoundsUnit = 4n;

export const memoryFlags = {
  /** Admitted as of the last result: floors are lower by the policy's hysteresis. */
  admitted: 1n,
  wasEverAdmitted: 2n,
  /** Always set, so that the word of a known version is never 0. */
  exists: 4n,
  /** In the standard lane; else in the experimental one. */
  standard: 8n,
  /** Has left the standard lane, and was not measured since: judged by that lane's terms, not admitted. */
  left: 16n,
  /** The last failing result froze nothing, because of the breaker or the pause: the next one does in any case. */
  contested: 32n,
  /** A log is kept from which the memory can be replayed. */
  logged: 64n,
  retired: 128n,
} as const;

/** What a new version takes over from the one before. */
const inheritedFlags = memoryFlags.standard | memoryFlags.left | memoryFlags.contested | memoryFlags.logged;

/** Fields of a memory word above the rates. */
export const memoryFields = {
  mass: { offset: 112n, bits: 24n },
  scar: { offset: 136n, bits: 24n },
  tickedAt: { offset: 160n, bits: 32n },
  lastRound: { offset: 192n, bits: 24n },
  rounds: { offset: 216n, bits: 8n },
  strikes: { offset: 224n, bits: 16n },
  cleanOwed: { offset: 240n, bits: 4n },
  inheritedRounds: { offset: 244n, bits: 4n },
  flags: { offset: 248n, bits: 8n },
} as const satisfies Record<Exclude<keyof Memory, "rates">, BitField>;

/** Largest value of a field of a memory word; those that saturate stop there. */
export function memoryFieldMax(field: keyof typeof memoryFields): bigint {
  return (1n << memoryFields[field].bits) - 1n;
}

/** The word of a memory. Throws FieldOutOfRange for a value that does not fit. */
export function packMemory(memory: Memory): bigint {
  let word = 0n;
  for (const index of familyIndexes) {
    word |= placeField(`rate ${families[index]}`, memory.rates[index], familyField(index));
  }
  word |= placeField("mass", memory.mass, memoryFields.mass);
  word |= placeField("scar", memory.scar, memoryFields.scar);
  word |= placeField("tickedAt", memory.tickedAt, memoryFields.tickedAt);
  word |= placeField("lastRound", memory.lastRound, memoryFields.lastRound);
  word |= placeField("rounds", memory.rounds, memoryFields.rounds);
  word |= placeField("strikes", memory.strikes, memoryFields.strikes);
  word |= placeField("cleanOwed", memory.cleanOwed, memoryFields.cleanOwed);
  word |= placeField("inheritedRounds", memory.inheritedRounds, memoryFields.inheritedRounds);
  return word | placeField("flags", memory.flags, memoryFields.flags);
}

export function unpackMemory(word: bigint): Memory {
  return {
    rates: perFamily((index) => readField(word, familyField(index))),
    mass: readField(word, memoryFields.mass),
    scar: readField(word, memoryFields.scar),
    tickedAt: readField(word, memoryFields.tickedAt),
    lastRound: readField(word, memoryFields.lastRound),
    rounds: readField(word, memoryFields.rounds),
    strikes: readField(word, memoryFields.strikes),
    cleanOwed: readField(word, memoryFields.cleanOwed),
    inheritedRounds: readField(word, memoryFields.inheritedRounds),
    flags: readField(word, memoryFields.flags),
  };
}

/**
 * The memory of a version nobody has measured yet.
 * @param now Unix seconds.
 * @param roundId The round of the running epoch: results of earlier rounds are stale for this version.
 */
export function initialMemory(now: bigint, roundId: bigint): Memory {
  return { ...unpackMemory(0n), tickedAt: now, lastRound: roundId, flags: memoryFlags.exists };
}

/**
 * The memory of a model's next version: a quarter of the evidence at the same rates, half of the rounds (60 at most), the whole
 * scar, all strikes and clean rounds owed, the lane. A version that was never measured passes on all it inherited: no chain of new versions takes off more than one
 * does. So a new version is neither a laundromat nor a reset. Twin of contracts/libraries/MemoryLib.sol (inherit).
 * The new memory goes on fading from where the old one had got to.
 * @param roundId The round of the running epoch.
 */
export function inheritMemory(previous: Memory, roundId: bigint): Memory {
  return {
    ...previous,
    ...(previous.rounds === 0n ? {} : inheritedPart(previous)),
    lastRound: roundId,
    rounds: 0n,
    flags: memoryFlags.exists | (previous.flags & inheritedFlags),
  };
}

function inheritedPart(previous: Memory): Pick<Memory, "mass" | "inheritedRounds"> {
  const rounds = roundsOnRecord(previous) / (2n * inheritedRoundsUnit);
  return { mass: previous.mass >> 2n, inheritedRounds: min(memoryFieldMax("inheritedRounds"), rounds) };
}

/** Rounds that count for maturity: the version's own, and those it took over. */
export function roundsOnRecord(memory: Pick<Memory, "rounds" | "inheritedRounds">): bigint {
  return memory.rounds + inheritedRoundsUnit * memory.inheritedRounds;
}

/**
 * The memory at `now`: evidence fades with the half-life, scar and strikes at half that speed. Advances by an even number of
 * whole ticks and never to `now` itself: what is left over counts next time, so reading or writing often does not slow the
 * fading down. Twin of contracts/libraries/DecayLib.sol (decayTo).
 * @param now Unix seconds.
 * @param halfLife Seconds, a multiple of 64 and at least 64.
 */
export function decayMemory(memory: Memory, now: bigint, halfLife: bigint): Memory {
  if (now <= memory.tickedAt) return memory;
  const tick = halfLife / ticksPerHalfLife;
  const pairs = (now - memory.tickedAt) / tick / 2n;
  return {
    ...memory,
    mass: decay(memory.mass, 2n * pairs),
    scar: decay(memory.scar, pairs),
    strikes: decay(memory.strikes, pairs),
    tickedAt: memory.tickedAt + 2n * pairs * tick,
  };
}

/** Whether a flag is set (see memoryFlags). */
export function hasFlag(memory: Pick<Memory, "flags">, flag: keyof typeof memoryFlags): boolean {
  return (memory.flags & memoryFlags[flag]) !== 0n;
}

/** The memory with a flag set or cleared. */
export function withFlag(memory: Memory, flag: keyof typeof memoryFlags, set: boolean): Memory {
  const bit = memoryFlags[flag];
  return { ...memory, flags: set ? memory.flags | bit : memory.flags & ~bit };
}

/** The memory with the record of whether the version is admitted after a result. */
export function withAdmitted(memory: Memory, admitted: boolean): Memory {
  const recorded = withFlag(memory, "admitted", admitted);
  return admitted ? withFlag(recorded, "wasEverAdmitted", true) : recorded;
}

/** Lanes of a model, as setLane and LaneChanged name them. */
export const lanes = { experimental: 0n, standard: 1n } as const;

/** The lane a memory says its model is in (see lanes). */
export function laneOf(memory: Pick<Memory, "flags">): bigint {
  return hasFlag(memory, "standard") ? lanes.standard : lanes.experimental;
}

/**
 * The memory after its owner has chosen a lane. Who leaves the standard lane is marked until the next result, also when it comes
 * back at once. Twin of contracts/libraries/MemoryLib.sol (setLane).
 */
export function withLane(memory: Memory, lane: bigint): Memory {
  if (lane === lanes.standard) return withFlag(memory, "standard", true);
  const left = hasFlag(memory, "standard") ? withFlag(memory, "left", true) : memory;
  return withFlag(left, "standard", false);
}

/** Whether a failing result costs what the standard lane costs: leaving the lane before it does not make it cheaper. */
export function hasStandardTerms(memory: Pick<Memory, "flags">): boolean {
  return hasFlag(memory, "standard") || hasFlag(memory, "left");
}

/** The memory without the evidence behind its rates, which can be gathered anew. Twin of MemoryLib.sol (discredit). */
export function discreditMemory(memory: Memory): Memory {
  return withAdmitted({ ...memory, mass: 0n }, false);
}
