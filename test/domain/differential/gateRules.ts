import { z } from "zod";
import { barUp, fails, massSharePerItem, passes } from "../../../domain/gates.ts";
import { ceilDiv, sqrtDown } from "../../../domain/integers.ts";
import { memoryFieldMax, rateOne } from "../../../domain/memory.ts";
import { lowerBoundDown } from "../../../domain/wilson.ts";
import type { Random } from "./random.ts";
import { defineRule, integer } from "./rule.ts";

const massShareMax = 4_095n * massSharePerItem;

function within(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

/** A slash test, half of the time within one unit of the score where it turns. */
function slashTest(random: Random) {
  const slashFloorBps = random.between(0n, 9_899n);
  const itemsShare = random.between(0n, 0xffffn * 10_000n);
  const z2 = random.between(4n, 100n);
  const floor = 5n * slashFloorBps;
  const turn = itemsShare === 0n ? 0n : sqrtDown(ceilDiv(z2 * floor * (rateOne - floor) * 10_000n, itemsShare));
  const near = within(floor - turn + random.uniform(-2n, 2n), 0n, rateOne);
  return { score: random.chance(2) ? near : random.between(0n, rateOne), slashFloorBps, itemsShare, z2 };
}

/** The bars and the tests against them. */
export const gateRules = [
  defineRule({
    name: "bar",
    solidity: "barUp",
    schema: z.strictObject({ floorBps: integer, easeBps: integer, scar: integer, scarK: integer }),
    twin: (bar) => ({ bar: barUp(bar) }),
    toStruct: ({ floorBps, easeBps, scar, scarK }) => ({
      first: floorBps,
      second: easeBps,
      third: scar,
      fourth: scarK,
    }),
    random: (random) => ({
      floorBps: random.between(1n, 10_000n),
      easeBps: random.between(0n, 1_000n),
      scar: random.between(0n, memoryFieldMax("scar")),
      scarK: random.between(0n, 0xffffn),
    }),
  }),
  defineRule({
    name: "passes",
    solidity: "passes",
    schema: z.strictObject({ rate: integer, bar: integer, massShare: integer, z2: integer }),
    twin: (test) => ({ passes: passes(test) }),
    toStruct: ({ rate, bar, massShare, z2 }) => ({ first: rate, second: bar, third: massShare, fourth: z2 }),
    random: (random) => {
      const rate = random.between(0n, rateOne);
      const massShare = random.between(0n, massShareMax);
      const z2 = random.between(1n, 100n);
      // Half of the bars within one unit of where the test turns.
      const near = within(lowerBoundDown(rate, massShare, z2) + random.uniform(-1n, 1n), 0n, rateOne);
      return { rate, bar: random.chance(2) ? near : random.between(0n, rateOne), massShare, z2 };
    },
  }),
  defineRule({
    name: "fails",
    solidity: "fails",
    schema: z.strictObject({ score: integer, slashFloorBps: integer, itemsShare: integer, z2: integer }),
    twin: (test) => ({ fails: fails(test) }),
    toStruct: ({ score, slashFloorBps, itemsShare, z2 }) => ({
      first: score,
      second: slashFloorBps,
      third: itemsShare,
      fourth: z2,
    }),
    random: slashTest,
  }),
  defineRule({
    name: "lower-bound",
    solidity: "lowerBoundDown",
    schema: z.strictObject({ rate: integer, massShare: integer, z2: integer }),
    twin: ({ rate, massShare, z2 }) => ({ lowerBound: lowerBoundDown(rate, massShare, z2) }),
    toStruct: ({ rate, massShare, z2 }) => ({ first: rate, second: massShare, third: z2 }),
    random: (random) => ({
      rate: random.between(0n, rateOne),
      massShare: random.between(0n, massShareMax),
      z2: random.between(1n, 100n),
    }),
  }),
];
