import { and, eq } from "ponder";
import * as tables from "../ponder.schema.ts";
import { policyInForce } from "../queries/policyInForce.ts";
import { builder } from "./builder.ts";
import { FamilyValue, familyValues } from "./family.ts";
import { pageCost, tablePage } from "./pages.ts";
import { EvaluatorRef, PolicyRef } from "./refs.ts";

EvaluatorRef.implement({
  description: "A seat on the board: who measures.",
  fields: (t) => ({
    seat: t.exposeInt("seat"),
    owner: t.field({ type: "Address", resolve: ({ owner }) => owner }),
    signer: t.field({ type: "Address", description: "Signs reports and batches.", resolve: ({ signer }) => signer }),
    linkHead: t.field({ type: "Bytes32", description: "Head of its hash chain.", resolve: ({ linkHead }) => linkHead }),
    seatedAt: t.field({ type: "DateTime", resolve: ({ seatedAt }) => seatedAt }),
  }),
});

const perFamily = { field: 1, multiplier: 7 } as const;

PolicyRef.implement({
  description: "The public standards. Rates in bps, durations in seconds, amounts in the token's smallest unit.",
  fields: (t) => ({
    id: t.field({ type: "BigInt", resolve: ({ id }) => id }),
    setAt: t.field({ type: "DateTime", resolve: ({ setAt }) => setAt }),
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
  }),
});

builder.queryField("evaluators", (t) =>
  t.connection({
    type: EvaluatorRef,
    description: "In the order of their seats.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { evaluator } = tables;
      const where = eq(evaluator.chainId, deployment.chainId);
      return tablePage<typeof evaluator.$inferSelect>(args, {
        keys: [{ column: evaluator.seat, kind: "number", of: ({ seat }) => BigInt(seat) }],
        rows: (beyond, orderBy, limit) =>
          db
            .select()
            .from(evaluator)
            .where(and(where, beyond))
            .orderBy(...orderBy)
            .limit(limit),
        totalCount: () => db.$count(evaluator, where),
      });
    },
  }),
);

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
        rows: (beyond, orderBy, limit) =>
          db
            .select()
            .from(policy)
            .where(and(where, beyond))
            .orderBy(...orderBy)
            .limit(limit),
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
    resolve: async (_, { id }, context) => {
      if (id === null || id === undefined) return policyInForce(context);
      const { policy } = tables;
      const [row] = await context.db
        .select()
        .from(policy)
        .where(and(eq(policy.chainId, context.deployment.chainId), eq(policy.id, id)));
      return row;
    },
  }),
);
