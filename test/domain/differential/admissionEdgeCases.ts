import { perFamily } from "../../../domain/families.ts";
import { type Memory, massPerItem, memoryFlags } from "../../../domain/memory.ts";
import { day, type EdgeCasesByRule, goodStake, memory, start, token } from "./edgeFixtures.ts";

const { admitted, wasEverAdmitted, exists, standard, left, contested, logged, retired } = memoryFlags;

/** An admitted version of epoch 10, asked about at the start of epoch 11, unless said otherwise. */
function question(fields: {
  memory?: Partial<Memory>;
  memoryWord?: bigint;
  stake?: object;
  now?: bigint;
  paused?: boolean;
  servedUntil?: bigint;
  policy?: object;
}) {
  return {
    memoryWord: fields.memoryWord ?? memory(fields.memory ?? {}),
    stake: { ...goodStake, ...fields.stake },
    now: fields.now ?? start,
    genesis: start - 10n * day,
    epochLength: day,
    paused: fields.paused ?? false,
    servedUntil: fields.servedUntil ?? 0n,
    policy: fields.policy ?? {},
  };
}

const epochTen = start - day;

/** One gated family that every item counts for, and no other condition on evidence worth the name. */
const oneFamily = {
  floorsBps: perFamily((index) => (index === 0 ? 9_000n : 0n)),
  weights: perFamily((index) => (index === 0 ? 1n : 0n)),
  sharesBps: perFamily(() => 10_000n),
  massMin: 36n,
};

/** Cases about reasons, states and weight. */
export const admissionEdgeCases: EdgeCasesByRule = {
  admission: {
    about:
      "Reasons, state, distances, quality, maturity, weight and validity at a time, under the default policy with the changes given.",
    cases: {
      admitted: question({}),
      "admitted, all of the record": question({ memory: { rates: perFamily(() => 50_000n) } }),
      "an unknown version": question({ memoryWord: 0n }),
      "an unknown version without stake": { ...question({ memoryWord: 0n }), stake: {} },
      "never measured": question({ memory: { rates: perFamily(() => 0n), mass: 0n, rounds: 0n } }),
      "inherited, not measured": question({ memory: { mass: 1_000n * massPerItem, rounds: 0n } }),
      "two rounds of three": question({ memory: { rounds: 2n } }),
      "all rounds of a mature record": question({ memory: { rounds: 75n } }),
      "one round short of it": question({ memory: { rounds: 74n } }),
      "mature by inherited rounds": question({ memory: { rounds: 15n, inheritedRounds: 15n } }),
      "rounds do not count": question({ policy: { roundsFull: 1n } }),
      "evidence just enough": question({ memory: { mass: 900n * massPerItem } }),
      "evidence a grain short": question({ memory: { mass: 900n * massPerItem - 1n } }),
      "the last second of a result": question({ now: epochTen + 14n * day, policy: { halfLife: 64n * 31n * day } }),
      "one second too old": question({ now: epochTen + 14n * day + 1n, policy: { halfLife: 64n * 31n * day } }),
      "too old, was admitted": question({
        memory: { flags: exists | standard | wasEverAdmitted },
        now: epochTen + 14n * day + 1n,
        policy: { halfLife: 64n * 31n * day },
      }),
      "a clean round owed": question({ memory: { cleanOwed: 1n } }),
      "half a strike is a past": question({ memory: { strikes: 2_048n, rounds: 2n } }),
      "less than half a strike is none": question({ memory: { strikes: 2_047n, rounds: 2n } }),
      "one family is not proven": question({
        memory: { rates: perFamily((index) => (index === 3 ? 43_000n : 49_000n)) },
      }),
      "suspended: was admitted, one family fell": question({
        memory: {
          flags: exists | standard | wasEverAdmitted,
          rates: perFamily((index) => (index === 0 ? 45_000n : 49_000n)),
        },
      }),
      "hysteresis keeps it": question({
        memory: {
          flags: exists | standard | wasEverAdmitted | admitted,
          rates: perFamily((index) => (index === 0 ? 45_700n : 49_000n)),
        },
      }),
      "without hysteresis it is refused": question({
        memory: {
          flags: exists | standard | wasEverAdmitted,
          rates: perFamily((index) => (index === 0 ? 45_700n : 49_000n)),
        },
      }),
      "a scar raises the bars": question({ memory: { rates: perFamily(() => 49_000n), scar: 500n * 256n } }),
      "no bond": question({ stake: { bond: 0n } }),
      "all of the bond is unbonding": question({ stake: { unbondingBond: goodStake.bond } }),
      "the smallest bond": question({ stake: { bond: 1_000n * token, delegated: 9_000n * token } }),
      "one unit below the smallest bond": question({ stake: { bond: 1_000n * token - 1n, delegated: 0n, shares: 0n } }),
      "more delegations than count": question({ stake: { bond: 1_000n * token, delegated: 9_000n * token + 1n } }),
      "delegations without shares count for nothing": question({ stake: { shares: 0n } }),
      "unbonding delegations do not count": question({
        stake: { unbondingAssets: 10_000n * token, unbondingShares: 1_000n },
      }),
      "a thousand times the stake does not help": question({
        memory: { rates: perFamily((index) => (index === 2 ? 44_000n : 49_000n)) },
        stake: { bond: 2_000_000n * token, delegated: 10_000_000n * token },
      }),
      experimental: question({ memory: { flags: exists } }),
      "left the standard lane": question({ memory: { flags: exists | left | wasEverAdmitted } }),
      "left the standard lane and came back": question({ memory: { flags: exists | standard | left } }),
      "flags that say nothing about admission": question({ memory: { flags: exists | standard | contested | logged } }),
      "a newcomer during a pause": question({ paused: true }),
      "admitted before the pause": question({
        memory: { flags: exists | standard | admitted | wasEverAdmitted },
        paused: true,
      }),
      "retired, in its last second": question({
        memory: { flags: exists | standard | retired },
        servedUntil: start + 1n,
      }),
      "retired, at its end": question({ memory: { flags: exists | standard | retired }, servedUntil: start }),
      "retired and unbonded": question({ memory: { flags: exists | standard | retired }, stake: { bond: 0n } }),
      "an end of service without retirement": question({ servedUntil: 1n }),
      contested: question({ stake: { openFreezes: 1n } }),
      "no family is gated": question({ policy: { floorsBps: perFamily(() => 0n), weights: perFamily(() => 0n) } }),
      "36 perfect items just prove 90 %": question({
        memory: { rates: perFamily(() => 50_000n), mass: 36n * massPerItem },
        policy: oneFamily,
      }),
      "one grain less does not": question({
        memory: { rates: perFamily(() => 50_000n), mass: 36n * massPerItem - 1n },
        policy: { ...oneFamily, massMin: 35n },
      }),
      "a scar that raises a bar to 1": question({
        memory: { rates: perFamily(() => 50_000n), scar: 16_777_215n },
        policy: { ...oneFamily, scarK: 1n },
      }),
      "a floor as low as the hysteresis": question({
        memory: { rates: perFamily(() => 0n), flags: exists | standard | wasEverAdmitted | admitted },
        policy: { ...oneFamily, floorsBps: perFamily((index) => (index === 0 ? 100n : 0n)) },
      }),
      "half saturated": question({ stake: { bond: 20_000n * token, delegated: 80_000n * token } }),
    },
  },
};
