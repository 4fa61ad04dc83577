import { and, asc, eq, inArray } from "ponder";
import { seatsOf } from "../../domain/committee.ts";
import * as tables from "../ponder.schema.ts";
import { builder } from "./builder.ts";
import { listResults } from "./lists.ts";
import { pageCost, tablePage } from "./pages.ts";
import { EvaluatorRef, ResultConnection, ResultRef, RoundRef } from "./refs.ts";

/** Batches of a round that are listed at most: a version has one result a round, so there are few. */
const maxBatches = 100;

const BatchType = builder.objectRef<typeof tables.batch.$inferSelect>("Batch").implement({
  description: "Results that a committee signed together.",
  fields: (t) => ({
    digest: t.field({ type: "Bytes32", description: "What was signed (EIP-712).", resolve: ({ digest }) => digest }),
    signerSeats: t.intList({ complexity: 1, resolve: ({ signers }) => seatsOf(signers) }),
    reportsRoot: t.field({ type: "Bytes32", resolve: ({ reportsRoot }) => reportsRoot }),
    relayer: t.field({ type: "Address", resolve: ({ relayer }) => relayer }),
    postedAt: t.field({ type: "DateTime", resolve: ({ postedAt }) => postedAt }),
    transactionHash: t.field({ type: "Bytes32", resolve: ({ transactionHash }) => transactionHash }),
  }),
});

RoundRef.implement({
  description: "One evaluation epoch: fixed policy, suite, seed and committee.",
  fields: (t) => ({
    number: t.field({
      type: "BigInt",
      description: "Number of the epoch, from 1; the round's id.",
      resolve: ({ id }) => id,
    }),
    policyId: t.field({ type: "BigInt", resolve: ({ policyId }) => policyId }),
    suiteHash: t.field({ type: "Bytes32", resolve: ({ suiteHash }) => suiteHash }),
    openedAt: t.field({ type: "DateTime", resolve: ({ openedAt }) => openedAt }),
    entropyBlock: t.field({ type: "BigInt", resolve: ({ entropyBlock }) => entropyBlock }),
    capturedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ capturedAt }) => capturedAt }),
    seed: t.field({
      type: "Bytes32",
      nullable: true,
      description: "Null until captured.",
      resolve: ({ seed }) => seed,
    }),
    committee: t.field({
      type: [EvaluatorRef],
      nullable: true,
      description: "Null until the seed is captured.",
      resolve: ({ committee }, _, { db, deployment }) => {
        if (committee === null) return null;
        const { evaluator } = tables;
        const members = and(eq(evaluator.chainId, deployment.chainId), inArray(evaluator.seat, seatsOf(committee)));
        return db.select().from(evaluator).where(members).orderBy(asc(evaluator.seat));
      },
    }),
    seatCount: t.exposeInt("seatCount"),
    resultCount: t.exposeInt("resultCount"),
    batches: t.field({
      type: [BatchType],
      resolve: ({ id }, _, { db, deployment }) => {
        const { batch } = tables;
        const ofRound = and(eq(batch.chainId, deployment.chainId), eq(batch.roundId, id));
        return db.select().from(batch).where(ofRound).orderBy(asc(batch.postedAt), asc(batch.digest)).limit(maxBatches);
      },
    }),
    results: t.connection(
      {
        type: ResultRef,
        complexity: pageCost,
        resolve: ({ id }, args, context) => listResults(context, args, { roundId: id }),
      },
      ResultConnection,
    ),
  }),
});

builder.queryField("rounds", (t) =>
  t.connection({
    type: RoundRef,
    description: "Newest first.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { round } = tables;
      const where = eq(round.chainId, deployment.chainId);
      return tablePage<typeof round.$inferSelect>(args, {
        keys: [{ column: round.id, kind: "number", of: ({ id }) => id }],
        descending: true,
        rows: (beyond, orderBy, limit) =>
          db
            .select()
            .from(round)
            .where(and(where, beyond))
            .orderBy(...orderBy)
            .limit(limit),
        totalCount: () => db.$count(round, where),
      });
    },
  }),
);

builder.queryField("round", (t) =>
  t.field({
    type: RoundRef,
    nullable: true,
    description: "Null when the round was not opened.",
    args: { number: t.arg({ type: "BigInt", required: true }) },
    resolve: async (_, { number }, { db, deployment }) => {
      const { round } = tables;
      const [row] = await db
        .select()
        .from(round)
        .where(and(eq(round.chainId, deployment.chainId), eq(round.id, number)));
      return row;
    },
  }),
);
