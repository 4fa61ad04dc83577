import { z } from "zod";
import { freezeAmounts, severityBps } from "../../../domain/freeze.ts";
import { activeBond, activeDelegations, assetsForDown, sharesForDown } from "../../../domain/stake.ts";
import { policySchema, randomResult, randomStake, stakeSchema } from "./fixtures.ts";
import { defineRule, integer } from "./rule.ts";

const maxAssets = (1n << 96n) - 1n;
const maxShares = (1n << 104n) - 1n;

/** Prices of shares, active stake, and what a freeze takes. */
export const stakeRules = [
  defineRule({
    name: "stake",
    solidity: "stakes",
    schema: z.strictObject({
      amount: integer,
      totalShares: integer,
      totalAssets: integer,
      bond: integer,
      unbondingBond: integer,
      delegated: integer,
      shares: integer,
      unbondingShares: integer,
    }),
    twin: ({ amount, totalShares, totalAssets, ...stake }) => ({
      shares: sharesForDown(amount, { totalShares, totalAssets }),
      assets: assetsForDown(amount, { totalShares, totalAssets }),
      activeBond: activeBond(stake),
      activeDelegations: activeDelegations(stake),
    }),
    toStruct: (input) => input,
    random: (random) => {
      const { bond, unbondingBond, delegated, shares, unbondingShares } = randomStake(random);
      return {
        amount: random.between(0n, maxShares),
        totalShares: random.between(0n, maxShares),
        totalAssets: random.between(0n, maxAssets),
        bond,
        unbondingBond,
        delegated,
        shares,
        unbondingShares,
      };
    },
  }),
  defineRule({
    name: "freeze",
    solidity: "freezeAmounts",
    schema: z.strictObject({
      stake: stakeSchema,
      resultWord: integer,
      failed: integer,
      wholeStrikes: integer,
      now: integer,
      policy: policySchema,
    }),
    twin: ({ stake, resultWord, failed, wholeStrikes, now, policy }) => {
      const severity = severityBps(resultWord, failed, policy);
      return {
        severityBps: severity,
        ...freezeAmounts({ stake, severityBps: severity, wholeStrikes, policy, now }),
      };
    },
    toStruct: ({ stake, resultWord, failed, wholeStrikes, now }, policy) => ({
      stake: { ...stake },
      resultWord,
      failed,
      wholeStrikes,
      nowAt: now,
      policy,
    }),
    random: (random, policy) => {
      const stake = randomStake(random);
      const held = stake.bond + stake.delegated;
      return {
        // What was frozen in an epoch is rarely more than a third of what is left.
        stake: random.chance(4) ? stake : { ...stake, lossInEpoch: random.between(0n, held / 3n) },
        resultWord: randomResult(random),
        failed: random.between(0n, 0x7fn),
        wholeStrikes: random.between(0n, 15n),
        now: random.chance(2)
          ? stake.lossEpochStart + policy.lossEpoch + random.uniform(-1n, 1n)
          : random.between(0n, 1n << 34n),
        policy,
      };
    },
  }),
];
