import { and, eq } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import { admissionOfModel } from "../queries/modelAdmission.ts";
import { loadModels, type ModelRow } from "../queries/modelRows.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import { AdmissionType } from "./admission.ts";
import { builder } from "./builder.ts";
import { QueryError } from "./errors.ts";

async function knownModel(context: QueryContext, modelId: bigint): Promise<ModelRow> {
  const [row] = await loadModels([modelId], context);
  if (row) return row;
  throw new QueryError("NOT_FOUND", `There is no model ${modelId} up to block ${context.head?.number ?? "0"}`);
}

async function modelOfVersion(context: QueryContext, versionId: Hex): Promise<ModelRow> {
  const { db, deployment } = context;
  const { version } = tables;
  const [row] = await db
    .select()
    .from(version)
    .where(and(eq(version.chainId, deployment.chainId), eq(version.id, versionId)));
  if (!row) {
    throw new QueryError("NOT_FOUND", `There is no version ${versionId} up to block ${context.head?.number ?? "0"}`);
  }
  const model = await knownModel(context, row.modelId);
  const current = model.version?.id;
  if (current === versionId) return model;
  throw new QueryError(
    "VERSION_SUPERSEDED",
    `Version ${versionId} of model ${row.modelId} is superseded and never admitted; its current version is ${current}`,
  );
}

builder.queryField("explain", (t) =>
  t.field({
    type: AdmissionType,
    description: "Why a model is admitted or not, by its id or by the id of its current version.",
    args: {
      modelId: t.arg({ type: "BigInt" }),
      versionId: t.arg({ type: "Bytes32" }),
      policyId: t.arg({
        type: "BigInt",
        description: "What it would be under this policy; default: the one in force.",
      }),
      at: t.arg({ type: "DateTime", description: "Default as in `Model.admission`." }),
    },
    resolve: async (_, { modelId, versionId, policyId, at }, context) => {
      if ((modelId ?? undefined) === undefined && !versionId) {
        throw new QueryError("BAD_INPUT", "explain needs modelId or versionId");
      }
      if (versionId && (modelId ?? undefined) !== undefined) {
        throw new QueryError("BAD_INPUT", "explain takes modelId or versionId, not both");
      }
      const row = versionId ? await modelOfVersion(context, versionId) : await knownModel(context, modelId ?? 0n);
      return admissionOfModel(row, context, { at, policyId });
    },
  }),
);
