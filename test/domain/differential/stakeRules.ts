import { z } from "zod";
import { bucketCapacityDown, bucketLevel } from "../../../domain/bucket.ts";
import {
  joinedStream,
  publicShareDown,
  settledStream,
  splitFees,
  streamedDown,
  unbondingPartDown,
} from "../../../domain/fees.ts";
import { freezeAmounts, liableStake, lossWantedDown, restoreAmounts, severityBps } from "../../../domain/freeze.ts";
import {
  activeBond,
  activeDelegations,
  assetsForDown,
  countedStake,
  sharesForDown,
  stakeFromWords,
  stakeToWords,
} from "../../../domain/stake.ts";
import { maxAssets, maxShares, policySchema, randomResult, randomStake, stakeSchema } from "./fixtures.ts";
import { defineRule, integer } from "./rule.ts";

const latest = (1n << 34n) - 1n;

/** Prices of shares, stake that counts, freezes, the bucket, and fees. */
export const stakeRules = [
  defineRule({
    name: "stake",
    solidity: "stakes",
    schema: z.strictObject({
      amount: integer,
      totalShares: integer,
      totalAssets: integer,
      stake: stakeSchema,
      bondShareBps: integer,
    }),
    twin: ({ amount, totalShares, totalAssets, stake, bondShareBps }) => ({
      shares: sharesForDown(amount, { totalShares, totalAssets }),
      assets: assetsForDown(amount, { totalShares, totalAssets }),
      activeBond: activeBond(stake),
      activeDelegations: activeDelegations(stake),
      countedStake: countedStake(stake, { bondShareBps }),
      // There and back, so that both ways are held to the storage layout.
      ...stakeToWords(stakeFromWords(stakeToWords(stake))),
    }),
    toStruct: ({ stake, ...input }) => ({ ...input, stake: { ...stake } }),
    random: (random) => ({
      amount: random.between(0n, maxShares),
      totalShares: random.between(0n, maxShares),
      totalAssets: random.between(0n, maxAssets),
      stake: randomStake(random),
      bondShareBps: random.between(0n, 10_000n),
    }),
  }),
  defineRule({
    name: "freeze",
    solidity: "freezeAmounts",
    schema: z.strictObject({
      stake: stakeSchema,
      resultWord: integer,
      failed: integer,
      wholeStrikes: integer,
      standardTerms: z.boolean(),
      room: integer,
      now: integer,
      policy: policySchema,
    }),
    twin: ({ stake, resultWord, failed, wholeStrikes, standardTerms, room, policy, now }) => {
      const severity = severityBps(resultWord, failed, policy);
      const wanted = lossWantedDown({ stake, standardTerms, severityBps: severity, wholeStrikes, policy });
      const amounts = freezeAmounts({ stake, wanted, standardTerms, room, policy, now });
      return { severityBps: severity, wanted, ...amounts };
    },
    toStruct: ({ stake, resultWord, failed, wholeStrikes, standardTerms, room, now, policy }, indexOf) => ({
      stake: { ...stake },
      resultWord,
      failed,
      wholeStrikes,
      standardTerms,
      room,
      nowAt: now,
      policy: indexOf(policy),
    }),
    random: (random, policy) => {
      const stake = randomStake(random);
      const liable = liableStake(stake, true);
      return {
        // What was frozen in an epoch is rarely more than a third of what is left.
        stake: random.chance(4) ? stake : { ...stake, lossInEpoch: random.between(0n, liable / 3n) },
        resultWord: randomResult(random),
        failed: random.between(0n, 0x7fn),
        wholeStrikes: random.between(0n, 15n),
        standardTerms: !random.chance(3),
        room: random.chance(2) ? maxAssets : random.between(0n, liable),
        now: random.chance(2)
          ? stake.lossEpochStart + policy.lossEpoch + random.uniform(-1n, 1n)
          : random.between(0n, latest),
        policy,
      };
    },
  }),
  defineRule({
    name: "restore",
    solidity: "restoreAmounts",
    schema: z.strictObject({
      stake: stakeSchema,
      fromBond: integer,
      fromDelegations: integer,
      fromUnbonding: integer,
      poolShares: integer,
    }),
    twin: ({ stake, ...frozen }) => ({ ...restoreAmounts(stake, frozen) }),
    toStruct: ({ stake, ...frozen }) => ({ ...frozen, stake: { ...stake } }),
    random: (random) => {
      const stake = randomStake(random);
      return {
        stake,
        fromBond: random.between(0n, maxAssets),
        fromDelegations: random.between(0n, maxAssets),
        fromUnbonding: random.between(0n, maxAssets),
        // Nobody joins while a freeze is unresolved.
        poolShares: random.chance(4) ? stake.shares : random.between(stake.shares, maxShares),
      };
    },
  }),
  defineRule({
    name: "bucket",
    solidity: "bucketLevel",
    schema: z.strictObject({
      held: integer,
      level: integer,
      updatedAt: integer,
      now: integer,
      bucketBps: integer,
      bucketPeriod: integer,
    }),
    twin: ({ held, level, updatedAt, now, ...policy }) => {
      const capacity = bucketCapacityDown(held, policy);
      return { capacity, level: bucketLevel({ level, updatedAt }, capacity, now, policy) };
    },
    toStruct: ({ now, ...input }) => ({ ...input, nowAt: now }),
    random: (random) => {
      const updatedAt = random.between(0n, latest);
      const bucketPeriod = random.between(1n, 90n * 86_400n);
      return {
        held: random.between(0n, maxAssets),
        level: random.between(0n, maxAssets),
        updatedAt,
        now: updatedAt + random.between(0n, 4n * bucketPeriod),
        bucketBps: random.between(1n, 3_000n),
        bucketPeriod,
      };
    },
  }),
  defineRule({
    name: "stream",
    solidity: "streams",
    schema: z.strictObject({
      amount: integer,
      updatedAt: integer,
      endsAt: integer,
      now: integer,
      assets: integer,
      publicShareBps: integer,
      activeBond: integer,
      activeDelegations: integer,
      unbonding: integer,
    }),
    twin: ({ amount, updatedAt, endsAt, now, assets, publicShareBps, unbonding, ...active }) => {
      const { stream, streamed } = settledStream({ amount, updatedAt, endsAt }, now);
      const split = splitFees(streamed, active.activeBond, active.activeDelegations);
      const { toDelegations } = split;
      return {
        streamed: streamedDown({ amount, updatedAt, endsAt }, now),
        publicShare: publicShareDown(assets, { publicShareBps }),
        endsAt: joinedStream(stream, assets, now).endsAt,
        ...split,
        toUnbonding: toDelegations === 0n ? 0n : unbondingPartDown(toDelegations, active.activeDelegations, unbonding),
      };
    },
    toStruct: ({ now, ...input }) => ({ ...input, nowAt: now }),
    random: (random) => {
      const updatedAt = random.between(0n, latest);
      const endsAt = updatedAt + random.between(0n, 7n * 86_400n);
      return {
        amount: random.between(0n, maxAssets),
        updatedAt,
        endsAt,
        now: random.chance(4) ? endsAt + random.uniform(0n, 1n) : updatedAt + random.between(0n, 8n * 86_400n),
        assets: random.between(1n, maxAssets),
        publicShareBps: random.between(0n, 5_000n),
        activeBond: random.between(0n, maxAssets),
        activeDelegations: random.between(0n, maxAssets),
        unbonding: random.between(0n, maxAssets),
      };
    },
  }),
];
