import { and, eq, gt, isNull } from "ponder";
import { zeroAddress } from "viem";
import { policyFieldsOf } from "../../domain/policyDirection.ts";
import * as tables from "../ponder.schema.ts";
import { findPolicy, headTime, policyAt, policyStatus } from "../queries/policies.ts";
import { builder } from "./builder.ts";
import { FamilyValue, familyValues } from "./family.ts";
import { pageCost, tablePage } from "./pages.ts";
import { PolicyRef } from "./refs.ts";

const PolicyStatusEnum = builder.enumType("PolicyStatus", {
  description: "How a policy stands at the last indexed block.",
  values: ["announced", "inForce", "past", "withdrawn"] as const,
});

const perFamily = { field: 1, multiplier: 7 } as const;

PolicyRef.implement({
  description: "The public standards. Rates in bps, durations in seconds, amounts in the token's smallest unit.",
  fields: (t) => ({
    id: t.field({ type: "BigInt", resolve: ({ id }) => id }),
    status: t.field({ type: PolicyStatusEnum, resolve: (row, _, context) => policyStatus(row, context) }),
    announcedAt: t.field({ type: "DateTime", resolve: ({ announcedAt }) => announcedAt }),
    inForceFrom: t.field({
      type: "DateTime",
      description: "From when rounds open and admissions are judged under it, unless it was withdrawn before.",
      resolve: ({ inForceFrom }) => inForceFrom,
    }),
    withdrawnAt: t.field({ type: "DateTime", nullable: true, resolve: ({ withdrawnAt }) => withdrawnAt }),
    tightening: t.stringList({
      complexity: 1,
      description:
        "Names of the fields that it makes stricter than the policy before it; any of them needs 21 days of notice.",
      resolve: ({ tightening }) => policyFieldsOf(tightening),
    }),
    loosening: t.stringList({
      complexity: 1,
      description: "Names of the fields that it makes milder; a field of no direction is in both lists.",
      resolve: ({ loosening }) => policyFieldsOf(loosening),
    }),
    pointer: t.field({
      type: "Address",
      description: "Account whose code is the policy.",
      resolve: ({ pointer }) => pointer,
    }),
    floorsBps: t.field({
      type: [FamilyValue],
      complexity: perFamily,
      description: "0: the family is not gated.",
      resolve: ({ floorsBps }) => familyValues(floorsBps),
    }),
    slashFloorsBps: t.field({
      type: [FamilyValue],
      complexity: perFamily,
      description: "0: the family never fails a round.",
      resolve: ({ slashFloorsBps }) => familyValues(slashFloorsBps),
    }),
    sharesBps: t.field({
      type: [FamilyValue],
      complexity: perFamily,
      description: "Share of a suite's items that belong to the family.",
      resolve: ({ sharesBps }) => familyValues(sharesBps),
    }),
    weights: t.field({
      type: [FamilyValue],
      complexity: perFamily,
      description: "Weights in the harmonic mean called quality.",
      resolve: ({ weights }) => familyValues(weights),
    }),
    massMin: t.float({ description: "Items needed for admission.", resolve: ({ massMin }) => Number(massMin) }),
    massCap: t.float({ description: "Items a memory holds at most.", resolve: ({ massCap }) => Number(massCap) }),
    massFull: t.float({ description: "Items of a mature record.", resolve: ({ massFull }) => Number(massFull) }),
    roundsFull: t.float({ description: "Rounds of a mature record.", resolve: ({ roundsFull }) => Number(roundsFull) }),
    itemsCap: t.float({ description: "Items one result may add.", resolve: ({ itemsCap }) => Number(itemsCap) }),
    minRounds: t.float({ description: "Rounds needed for admission.", resolve: ({ minRounds }) => Number(minRounds) }),
    maxAge: t.float({
      description: "A result older than this admits nobody.",
      resolve: ({ maxAge }) => Number(maxAge),
    }),
    halfLife: t.float({ description: "Half-life of the evidence.", resolve: ({ halfLife }) => Number(halfLife) }),
    hysteresisBps: t.float({
      description: "Floors are lower by this for who is admitted.",
      resolve: ({ hysteresisBps }) => Number(hysteresisBps),
    }),
    scarK: t.float({ description: "Scar that moves the bar half way up.", resolve: ({ scarK }) => Number(scarK) }),
    retryScar: t.float({ description: "Scar a retry.", resolve: ({ retryScar }) => Number(retryScar) }),
    hardFailureScar: t.float({ resolve: ({ hardFailureScar }) => Number(hardFailureScar) }),
    scarCap: t.float({ description: "Scar a round adds at most.", resolve: ({ scarCap }) => Number(scarCap) }),
    passZ2: t.float({ resolve: ({ passZ2 }) => Number(passZ2) }),
    failZ2: t.float({ resolve: ({ failZ2 }) => Number(failZ2) }),
    bondMin: t.field({ type: "BigInt", resolve: ({ bondMin }) => bondMin }),
    bondShareBps: t.float({ resolve: ({ bondShareBps }) => Number(bondShareBps) }),
    committeeSize: t.float({ resolve: ({ committeeSize }) => Number(committeeSize) }),
    quorum: t.float({ resolve: ({ quorum }) => Number(quorum) }),
    lossBaseBps: t.float({ resolve: ({ lossBaseBps }) => Number(lossBaseBps) }),
    lossCapBps: t.float({ resolve: ({ lossCapBps }) => Number(lossCapBps) }),
    lossEpoch: t.float({ resolve: ({ lossEpoch }) => Number(lossEpoch) }),
    freezeWindow: t.float({ resolve: ({ freezeWindow }) => Number(freezeWindow) }),
    halfSaturation: t.field({ type: "BigInt", resolve: ({ halfSaturation }) => halfSaturation }),
    suiteHash: t.field({ type: "Bytes32", resolve: ({ suiteHash }) => suiteHash }),
    experimentalBondMin: t.field({ type: "BigInt", resolve: ({ experimentalBondMin }) => experimentalBondMin }),
    experimentalLossCapBps: t.float({
      resolve: ({ experimentalLossCapBps }) => Number(experimentalLossCapBps),
    }),
    bucketBps: t.float({
      description: "Share of all tokens held that can be frozen per `bucketPeriod`; the excess waits.",
      resolve: ({ bucketBps }) => Number(bucketBps),
    }),
    bucketPeriod: t.float({ resolve: ({ bucketPeriod }) => Number(bucketPeriod) }),
    breakerBps: t.float({
      description: "A batch of which more than this fails freezes nothing until a second committee confirms.",
      resolve: ({ breakerBps }) => Number(breakerBps),
    }),
    shards: t.float({ description: "Committees of a round.", resolve: ({ shards }) => Number(shards) }),
    slots: t.float({ description: "Versions measured in a round at most.", resolve: ({ slots }) => Number(slots) }),
    lotteryBps: t.float({
      description: "Share of the slots that is drawn from the experimental lane.",
      resolve: ({ lotteryBps }) => Number(lotteryBps),
    }),
    evaluationPrice: t.field({
      type: "BigInt",
      description: "What an owner prepays per round.",
      resolve: ({ evaluationPrice }) => evaluationPrice,
    }),
    evaluationFee: t.field({
      type: "BigInt",
      description: "What an evaluator earns per round it took part in.",
      resolve: ({ evaluationFee }) => evaluationFee,
    }),
    publicShareBps: t.float({
      description: "Share of usage fees that fills the commons fund.",
      resolve: ({ publicShareBps }) => Number(publicShareBps),
    }),
    evaluatorBondMin: t.field({ type: "BigInt", resolve: ({ evaluatorBondMin }) => evaluatorBondMin }),
    disputeDeposit: t.field({ type: "BigInt", resolve: ({ disputeDeposit }) => disputeDeposit }),
    arbitrator: t.field({
      type: "Address",
      nullable: true,
      description: "ERC-792 arbitrator of the last step; null: there is none.",
      resolve: ({ arbitrator }) => (arbitrator === zeroAddress ? null : arbitrator),
    }),
  }),
});

builder.queryField("policies", (t) =>
  t.connection({
    type: PolicyRef,
    description: "Newest first.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { policy } = tables;
      const where = eq(policy.chainId, deployment.chainId);
      return tablePage<typeof policy.$inferSelect>(args, {
        keys: [{ column: policy.id, kind: "number", of: ({ id }) => id }],
        descending: true,
        rows: db.select().from(policy),
        where,
        totalCount: () => db.$count(policy, where),
      });
    },
  }),
);

builder.queryField("policy", (t) =>
  t.field({
    type: PolicyRef,
    nullable: true,
    description: "Null when there is no such policy. Without an id: the one in force.",
    args: { id: t.arg({ type: "BigInt" }) },
    resolve: (_, { id }, context) =>
      id === null || id === undefined ? policyAt(context, headTime(context)) : findPolicy(context, id),
  }),
);

builder.queryField("pendingPolicy", (t) =>
  t.field({
    type: PolicyRef,
    nullable: true,
    description: "The announced policy; null when there is none.",
    resolve: async (_, _args, context) => {
      const { db, deployment } = context;
      const { policy } = tables;
      const isPending = and(isNull(policy.withdrawnAt), gt(policy.inForceFrom, headTime(context)));
      const [row] = await db
        .select()
        .from(policy)
        .where(and(eq(policy.chainId, deployment.chainId), isPending));
      return row;
    },
  }),
);
