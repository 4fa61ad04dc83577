import {
  hasFlag,
  inheritedRoundsUnit,
  laneOf,
  type Memory,
  massPerItem,
  ratePerBps,
  scarPerItem,
  strikeUnit,
} from "../../domain/memory.ts";
import { builder } from "./builder.ts";
import { FamilyValue, familyValues } from "./family.ts";
import { LaneEnum, laneName } from "./stake.ts";

/** A memory word with its fields. */
export const MemoryType = builder.objectRef<{ word: bigint; memory: Memory }>("Memory").implement({
  description: "The decayed record of a version, as stored: it has faded up to `tickedAt`, not up to now.",
  fields: (t) => ({
    word: t.field({ type: "BigInt", description: "As on chain.", resolve: ({ word }) => word }),
    rates: t.field({
      type: [FamilyValue],
      complexity: { field: 1, multiplier: 7 },
      description: "bps, rounded down.",
      resolve: ({ memory: { rates } }) =>
        familyValues(rates).map((rate) => ({ ...rate, value: rate.value / ratePerBps })),
    }),
    massItems: t.float({ resolve: ({ memory }) => Number(memory.mass) / Number(massPerItem) }),
    scarItems: t.float({ resolve: ({ memory }) => Number(memory.scar) / Number(scarPerItem) }),
    strikes: t.float({ resolve: ({ memory }) => Number(memory.strikes) / Number(strikeUnit) }),
    rounds: t.int({ resolve: ({ memory }) => Number(memory.rounds) }),
    inheritedRounds: t.int({
      description: "Rounds taken over from earlier versions; they count for maturity alone.",
      resolve: ({ memory }) => Number(memory.inheritedRounds * inheritedRoundsUnit),
    }),
    cleanRoundsOwed: t.int({ resolve: ({ memory }) => Number(memory.cleanOwed) }),
    lastRound: t.field({
      type: "BigInt",
      description: "Round of the last result; at first the one in which the version was registered.",
      resolve: ({ memory }) => memory.lastRound,
    }),
    tickedAt: t.field({ type: "DateTime", resolve: ({ memory }) => memory.tickedAt }),
    lane: t.field({ type: LaneEnum, resolve: ({ memory }) => laneName(laneOf(memory)) }),
    admittedAtLastResult: t.boolean({ resolve: ({ memory }) => hasFlag(memory, "admitted") }),
    everAdmitted: t.boolean({ resolve: ({ memory }) => hasFlag(memory, "wasEverAdmitted") }),
    leftLane: t.boolean({
      description:
        "It has left the standard lane and was not measured since: judged by that lane's terms, not admitted.",
      resolve: ({ memory }) => hasFlag(memory, "left"),
    }),
    contested: t.boolean({
      description: "Its last failing result froze nothing (breaker or pause): the next one does in any case.",
      resolve: ({ memory }) => hasFlag(memory, "contested"),
    }),
    logged: t.boolean({
      description: "A log is kept from which it can be replayed.",
      resolve: ({ memory }) => hasFlag(memory, "logged"),
    }),
    retired: t.boolean({ resolve: ({ memory }) => hasFlag(memory, "retired") }),
  }),
});
