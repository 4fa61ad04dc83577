import { and, asc, desc, eq } from "ponder";
import { saturatingSub } from "../../domain/integers.ts";
import * as tables from "../ponder.schema.ts";
import { loadEvaluators } from "../queries/loadRows.ts";
import type { EvaluatorRow } from "../queries/seats.ts";
import { maxPageSize } from "./bounds.ts";
import { builder } from "./builder.ts";
import { listChallenges, listSlashes } from "./disputeLists.ts";
import { listActivity } from "./lists.ts";
import { pageCost } from "./pages.ts";
import {
  ActivityConnection,
  ActivityRef,
  ChallengeConnection,
  ChallengeRef,
  EvaluatorConnection,
  EvaluatorRef,
  FeeClaimConnection,
  FeeClaimRef,
  SlashConnection,
  SlashRef,
} from "./refs.ts";
import { listEvaluators, listFeeClaims } from "./seatLists.ts";

const SeatBondType = builder.objectRef<EvaluatorRow>("SeatBond").implement({
  description: "A seat's bond in the vault. Amounts in the token's smallest unit.",
  fields: (t) => ({
    assets: t.field({ type: "BigInt", description: "Unbonding part included.", resolve: ({ assets }) => assets }),
    unbonding: t.field({ type: "BigInt", resolve: ({ unbonding }) => unbonding }),
    active: t.field({
      type: "BigInt",
      description: "What counts: a seat with less than the policy's `evaluatorBondMin` is on no new list.",
      resolve: ({ assets, unbonding }) => saturatingSub(assets, unbonding),
    }),
    unlocksAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When the unbonding part can be withdrawn.",
      resolve: ({ unlocksAt }) => unlocksAt || null,
    }),
  }),
});

const SeatKeyType = builder.objectRef<typeof tables.seatKey.$inferSelect>("SeatKey").implement({
  description: "A signing key of a seat; it stays the seat's for ever.",
  fields: (t) => ({
    signer: t.field({ type: "Address", resolve: ({ signer }) => signer }),
    since: t.field({
      type: "DateTime",
      description: "It signs for rounds that open later.",
      resolve: ({ since }) => since,
    }),
  }),
});

const SeatLinkType = builder.objectRef<typeof tables.seatLink.$inferSelect>("SeatLink").implement({
  description: "A hash chain that a seat committed to.",
  fields: (t) => ({
    linkHead: t.field({ type: "Bytes32", resolve: ({ linkHead }) => linkHead }),
    since: t.field({ type: "DateTime", resolve: ({ since }) => since }),
  }),
});

EvaluatorRef.implement({
  description: "A seat on the board: who measures.",
  fields: (t) => ({
    id: t.exposeInt("seatId", { description: "From 0; the seat's for ever." }),
    owner: t.field({ type: "Address", resolve: ({ owner }) => owner }),
    signer: t.field({
      type: "Address",
      description: "Signs reports and batches of rounds that open from now on.",
      resolve: ({ signer }) => signer,
    }),
    linkHead: t.field({ type: "Bytes32", description: "Head of its hash chain.", resolve: ({ linkHead }) => linkHead }),
    seatedAt: t.field({ type: "DateTime", resolve: ({ seatedAt }) => seatedAt }),
    leftAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Null while it is on the board.",
      resolve: ({ leftAt }) => leftAt || null,
    }),
    bond: t.field({ type: SeatBondType, resolve: (row) => row }),
    keys: t.field({
      type: [SeatKeyType],
      description: "Every key it ever had, newest first, at most 100.",
      resolve: ({ seatId }, _, { db, deployment }) => {
        const { seatKey } = tables;
        const ofSeat = and(eq(seatKey.chainId, deployment.chainId), eq(seatKey.seatId, seatId));
        return db
          .select()
          .from(seatKey)
          .where(ofSeat)
          .orderBy(desc(seatKey.since), asc(seatKey.signer))
          .limit(maxPageSize);
      },
    }),
    links: t.field({
      type: [SeatLinkType],
      description: "Every hash chain it ever committed to, newest first, at most 100.",
      resolve: ({ seatId }, _, { db, deployment }) => {
        const { seatLink } = tables;
        const ofSeat = and(eq(seatLink.chainId, deployment.chainId), eq(seatLink.seatId, seatId));
        const newestFirst = [desc(seatLink.blockNumber), desc(seatLink.logIndex)];
        return db
          .select()
          .from(seatLink)
          .where(ofSeat)
          .orderBy(...newestFirst)
          .limit(maxPageSize);
      },
    }),
    feeClaims: t.connection(
      {
        type: FeeClaimRef,
        complexity: pageCost,
        description: "Newest round first.",
        resolve: ({ seatId }, args, context) => listFeeClaims(context, args, { seatId }),
      },
      FeeClaimConnection,
    ),
    slashes: t.connection(
      {
        type: SlashRef,
        complexity: pageCost,
        description: "Newest first.",
        resolve: ({ seatId }, args, context) => listSlashes(context, args, { seatId }),
      },
      SlashConnection,
    ),
    challenges: t.connection(
      {
        type: ChallengeRef,
        complexity: pageCost,
        description: "Those that must be answered last come first.",
        resolve: ({ seatId }, args, context) => listChallenges(context, args, { seatId }),
      },
      ChallengeConnection,
    ),
    activity: t.connection(
      {
        type: ActivityRef,
        complexity: pageCost,
        description: "Newest first.",
        resolve: ({ seatId }, args, context) => listActivity(context, args, { seatId }),
      },
      ActivityConnection,
    ),
  }),
});

FeeClaimRef.implement({
  description: "The flat fee of an evaluator for a round it took part in.",
  fields: (t) => ({
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    evaluator: t.field({ type: EvaluatorRef, resolve: ({ seatId }) => seatId }),
    receiver: t.field({ type: "Address", resolve: ({ receiver }) => receiver }),
    assets: t.field({ type: "BigInt", description: "Smallest units of the token.", resolve: ({ assets }) => assets }),
    at: t.field({ type: "DateTime", resolve: ({ at }) => at }),
  }),
});

builder.queryField("evaluators", (t) =>
  t.connection(
    {
      type: EvaluatorRef,
      description: "In the order of their seats.",
      complexity: pageCost,
      resolve: (_, args, context) => listEvaluators(context, args, {}),
    },
    EvaluatorConnection,
  ),
);

builder.queryField("evaluator", (t) =>
  t.field({
    type: EvaluatorRef,
    nullable: true,
    description: "Null when the seat was never taken.",
    args: { id: t.arg.int({ required: true }) },
    resolve: async (_, { id }, context) => (await loadEvaluators([id], context))[0],
  }),
);
