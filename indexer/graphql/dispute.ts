import { and, eq } from "ponder";
import type { Hex } from "viem";
import { disputeOutcomes, disputeStages, isExecutable } from "../../domain/dispute.ts";
import * as tables from "../ponder.schema.ts";
import { findFreeze, findResult } from "../queries/ofResult.ts";
import { headTime } from "../queries/policies.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import { membersOf } from "../queries/seats.ts";
import { builder } from "./builder.ts";
import { listDisputes } from "./disputeLists.ts";
import { FamilyEnum, familiesOf } from "./family.ts";
import { pageCost } from "./pages.ts";
import { DisputeConnection, DisputeRef, FreezeRef, ModelRef, ResultRef, VersionRef } from "./refs.ts";
import { MemberType, memberCost } from "./round.ts";

const DisputeStageEnum = builder.enumType("DisputeStage", {
  description:
    "Opened: waits for its committee. Drawn: waits for the committee. Reevaluated: can be appealed. Appealed: waits for the arbitrator.",
  values: disputeStages,
});

const DisputeOutcomeEnum = builder.enumType("DisputeOutcome", {
  description: "Unresolved: nobody decided; stake goes back, the score stands.",
  values: disputeOutcomes,
});

/** Seats of the list that the appeal fixed; null while nothing says which. */
const seatsAmong = ({ seatsPointer }: { seatsPointer: Hex }, bitmap: bigint | null, context: QueryContext) =>
  bitmap === null ? null : membersOf(context, seatsPointer, bitmap);

DisputeRef.implement({
  description:
    "A dispute about one failing result: level 2, and level 3 from the appeal on. Amounts in the token's smallest unit.",
  fields: (t) => ({
    id: t.field({ type: "BigInt", resolve: ({ id }) => id }),
    level: t.int({
      description: "2: re-evaluation. 3: arbitrator.",
      resolve: ({ appealedAt }) => (appealedAt === null ? 2 : 3),
    }),
    model: t.field({ type: ModelRef, resolve: ({ modelId }) => modelId }),
    version: t.field({ type: VersionRef, resolve: ({ versionId }) => versionId }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    result: t.field({
      type: ResultRef,
      nullable: true,
      description: "What is disputed.",
      resolve: ({ versionId, roundId }, _, context) => findResult(context, versionId, roundId),
    }),
    freeze: t.field({
      type: FreezeRef,
      nullable: true,
      resolve: ({ versionId, roundId }, _, context) => findFreeze(context, versionId, roundId),
    }),
    word: t.field({ type: "BigInt", description: "The disputed result word.", resolve: ({ word }) => word }),
    failed: t.field({
      type: [FamilyEnum],
      complexity: { field: 1, multiplier: 7 },
      resolve: ({ failed }) => familiesOf(failed),
    }),
    policyPointer: t.field({ type: "Address", resolve: ({ policyPointer }) => policyPointer }),
    contested: t.exposeBoolean("contested", { description: "Whether a freeze waits for it." }),
    appellant: t.field({ type: "Address", resolve: ({ appellant }) => appellant }),
    deposit: t.field({ type: "BigInt", resolve: ({ deposit }) => deposit }),
    openedAt: t.field({ type: "DateTime", resolve: ({ openedAt }) => openedAt }),
    stage: t.field({ type: DisputeStageEnum, resolve: ({ stage }) => stage }),
    deadline: t.field({ type: "DateTime", description: "End of the stage.", resolve: ({ deadline }) => deadline }),
    executable: t.boolean({
      description: "Whether at the last indexed block anyone can carry out what was decided, or the default.",
      resolve: (row, _, context) => isExecutable(row, headTime(context)),
    }),
    entropyBlock: t.field({ type: "BigInt", resolve: ({ entropyBlock }) => entropyBlock }),
    seed: t.field({ type: "Bytes32", nullable: true, resolve: ({ seed }) => seed }),
    committee: t.field({
      type: [MemberType],
      nullable: true,
      complexity: memberCost,
      description: "The second committee; null until it is drawn, empty when nobody was left.",
      resolve: (row, _, context) => seatsAmong(row, row.committee, context),
    }),
    drawnAt: t.field({ type: "DateTime", nullable: true, resolve: ({ drawnAt }) => drawnAt }),
    newWord: t.field({
      type: "BigInt",
      nullable: true,
      description: "What the second committee measured; null before.",
      resolve: ({ newWord }) => newWord,
    }),
    reportsRoot: t.field({ type: "Bytes32", nullable: true, resolve: ({ reportsRoot }) => reportsRoot }),
    signers: t.field({
      type: [MemberType],
      nullable: true,
      complexity: memberCost,
      resolve: (row, _, context) => seatsAmong(row, row.signers, context),
    }),
    unpaid: t.field({
      type: [MemberType],
      nullable: true,
      complexity: memberCost,
      description: "Who of the signers was not paid yet: their places are what `Court.claimFee` takes.",
      resolve: (row, _, context) => seatsAmong(row, row.unpaid, context),
    }),
    verdict: t.field({
      type: DisputeOutcomeEnum,
      description: "Of the second committee.",
      resolve: ({ verdict }) => verdict,
    }),
    reevaluatedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ reevaluatedAt }) => reevaluatedAt }),
    arbitrationAppellant: t.field({
      type: "Address",
      nullable: true,
      description: "Who went on to the arbitrator.",
      resolve: ({ arbitrationAppellant }) => arbitrationAppellant,
    }),
    arbitrator: t.field({ type: "Address", nullable: true, resolve: ({ arbitrator }) => arbitrator }),
    arbitratorDisputeId: t.field({
      type: "BigInt",
      nullable: true,
      resolve: ({ arbitratorDisputeId }) => arbitratorDisputeId,
    }),
    arbitrationDeposit: t.field({
      type: "BigInt",
      nullable: true,
      resolve: ({ arbitrationDeposit }) => arbitrationDeposit,
    }),
    appealedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ appealedAt }) => appealedAt }),
    ruling: t.field({ type: DisputeOutcomeEnum, description: "Of the arbitrator.", resolve: ({ ruling }) => ruling }),
    ruledAt: t.field({ type: "DateTime", nullable: true, resolve: ({ ruledAt }) => ruledAt }),
    outcome: t.field({
      type: DisputeOutcomeEnum,
      nullable: true,
      description: "Null until it is executed.",
      resolve: ({ outcome }) => outcome,
    }),
    outcomeWord: t.field({
      type: "BigInt",
      nullable: true,
      description: "What took the place of an overturned result; 0: nothing.",
      resolve: ({ outcomeWord }) => outcomeWord,
    }),
    stakeRestored: t.exposeBoolean("stakeRestored", { nullable: true }),
    executedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ executedAt }) => executedAt }),
  }),
});

builder.queryField("disputes", (t) =>
  t.connection(
    {
      type: DisputeRef,
      description: "Newest first.",
      args: {
        modelId: t.arg({ type: "BigInt" }),
        versionId: t.arg({ type: "Bytes32" }),
        open: t.arg.boolean({ description: "Not executed yet, or executed." }),
      },
      complexity: pageCost,
      resolve: (_, args, context) => listDisputes(context, args, args),
    },
    DisputeConnection,
  ),
);

builder.queryField("dispute", (t) =>
  t.field({
    type: DisputeRef,
    nullable: true,
    description: "Null when there is no such dispute.",
    args: { id: t.arg({ type: "BigInt", required: true }) },
    resolve: async (_, { id }, { db, deployment }) => {
      const { dispute } = tables;
      const [row] = await db
        .select()
        .from(dispute)
        .where(and(eq(dispute.chainId, deployment.chainId), eq(dispute.id, id)));
      return row;
    },
  }),
);
