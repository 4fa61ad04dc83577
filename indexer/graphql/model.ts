import { and, eq } from "ponder";
import * as tables from "../ponder.schema.ts";
import { admissionOfModel } from "../queries/modelAdmission.ts";
import { AdmissionType } from "./admission.ts";
import { listDisputes } from "./disputeLists.ts";
import { listActivity, listFreezes, listPositions, listResults, listVersions } from "./lists.ts";
import { pageCost } from "./pages.ts";
import {
  ActivityConnection,
  ActivityRef,
  DisputeConnection,
  DisputeRef,
  FreezeConnection,
  FreezeRef,
  ModelRef,
  PositionConnection,
  PositionRef,
  ResultConnection,
  ResultRef,
  VersionConnection,
  VersionRef,
} from "./refs.ts";
import { FeeStreamType, LaneEnum, laneName, ModelStakeType, RetirementType } from "./stake.ts";

ModelRef.implement({
  description: "A model: an ERC-721 token with an owner, a lane, stake and versions.",
  fields: (t) => ({
    id: t.field({ type: "BigInt", resolve: ({ model }) => model.id }),
    name: t.string({ resolve: ({ model }) => model.name }),
    owner: t.field({ type: "Address", resolve: ({ model }) => model.owner }),
    lane: t.field({ type: LaneEnum, resolve: ({ model }) => laneName(model.lane) }),
    registeredAt: t.field({ type: "DateTime", resolve: ({ model }) => model.registeredAt }),
    changedAt: t.field({
      type: "DateTime",
      description: "Last event that its admission depends on; `at` cannot ask for an earlier time.",
      resolve: ({ model }) => model.changedAt,
    }),
    stake: t.field({ type: ModelStakeType, resolve: ({ stake }) => stake }),
    feeStream: t.field({
      type: FeeStreamType,
      nullable: true,
      description: "Usage fees on their way to the stake; null if none was ever paid.",
      resolve: async ({ model }, _, { db }) => {
        const { feeStream } = tables;
        const [row] = await db
          .select()
          .from(feeStream)
          .where(and(eq(feeStream.chainId, model.chainId), eq(feeStream.modelId, model.id)));
        return row;
      },
    }),
    paidThrough: t.field({
      type: "BigInt",
      nullable: true,
      description: "The last round whose evaluation is prepaid; null if none was.",
      resolve: ({ model }) => model.paidThrough || null,
    }),
    retirement: t.field({
      type: RetirementType,
      nullable: true,
      description: "Null unless it is retired.",
      resolve: ({ model }) => (model.retiredAt === null ? null : model),
    }),
    currentVersion: t.field({ type: VersionRef, nullable: true, resolve: ({ version }) => version }),
    admission: t.field({
      type: AdmissionType,
      nullable: true,
      args: {
        at: t.arg({
          type: "DateTime",
          description:
            "Default: the time of the last indexed block. A later time asks what would be if nothing happened.",
        }),
        policyId: t.arg({
          type: "BigInt",
          description:
            "What it would be under this policy; default: the one that is, or as announced will be, in force then.",
        }),
      },
      description: "What the rules say of the current version; null with an error when `at` lies before `changedAt`.",
      resolve: (row, wish, context) => admissionOfModel(row, context, wish),
    }),
    versions: t.connection(
      {
        type: VersionRef,
        complexity: pageCost,
        description: "Newest first.",
        resolve: ({ model }, args, context) => listVersions(context, args, model.id),
      },
      VersionConnection,
    ),
    results: t.connection(
      {
        type: ResultRef,
        complexity: pageCost,
        description: "Of all versions, newest first.",
        resolve: ({ model }, args, context) => listResults(context, args, { modelId: model.id }),
      },
      ResultConnection,
    ),
    positions: t.connection(
      {
        type: PositionRef,
        complexity: pageCost,
        description: "Who holds shares of it, unbonding ones too, in the order of their addresses.",
        resolve: ({ model }, args, context) => listPositions(context, args, { modelId: model.id }),
      },
      PositionConnection,
    ),
    freezes: t.connection(
      {
        type: FreezeRef,
        complexity: pageCost,
        description: "Of all versions, newest round first.",
        resolve: ({ model }, args, context) => listFreezes(context, args, { modelId: model.id }),
      },
      FreezeConnection,
    ),
    disputes: t.connection(
      {
        type: DisputeRef,
        complexity: pageCost,
        description: "About results of all versions, newest first.",
        resolve: ({ model }, args, context) => listDisputes(context, args, { modelId: model.id }),
      },
      DisputeConnection,
    ),
    activity: t.connection(
      {
        type: ActivityRef,
        complexity: pageCost,
        description: "Newest first.",
        resolve: ({ model }, args, context) => listActivity(context, args, { modelId: model.id }),
      },
      ActivityConnection,
    ),
  }),
});
