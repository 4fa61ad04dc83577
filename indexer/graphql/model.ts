import { admissionOfModel } from "../queries/modelAdmission.ts";
import { AdmissionType } from "./admission.ts";
import { listActivity, listFreezes, listPositions, listResults, listVersions } from "./lists.ts";
import { pageCost } from "./pages.ts";
import {
  ActivityConnection,
  ActivityRef,
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
import { LaneEnum, laneOf, ModelStakeType } from "./stake.ts";

ModelRef.implement({
  description: "A model: an ERC-721 token with an owner, a lane, stake and versions.",
  fields: (t) => ({
    id: t.field({ type: "BigInt", resolve: ({ model }) => model.id }),
    name: t.string({ resolve: ({ model }) => model.name }),
    owner: t.field({ type: "Address", resolve: ({ model }) => model.owner }),
    lane: t.field({ type: LaneEnum, resolve: ({ bond }) => laneOf(bond) }),
    registeredAt: t.field({ type: "DateTime", resolve: ({ model }) => model.registeredAt }),
    changedAt: t.field({
      type: "DateTime",
      description: "Last event that its admission depends on; `at` cannot ask for an earlier time.",
      resolve: ({ model }) => model.changedAt,
    }),
    stake: t.field({ type: ModelStakeType, resolve: ({ bond }) => bond }),
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
      },
      description: "What the rules say of the current version; null with an error when `at` lies before `changedAt`.",
      resolve: (row, { at }, context) => admissionOfModel(row, context, at ?? undefined),
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
        description: "Delegators, in the order of their addresses.",
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
