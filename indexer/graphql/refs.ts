import type { Hex } from "viem";
import type * as tables from "../ponder.schema.ts";
import { type BatchRow, loadBatches, loadEvaluators, loadVersions, type VersionRow } from "../queries/loadRows.ts";
import { loadModels, type ModelRow } from "../queries/modelRows.ts";
import type { PolicyRow } from "../queries/policies.ts";
import type { RoundRow } from "../queries/rounds.ts";
import type { EvaluatorRow } from "../queries/seats.ts";
import { builder } from "./builder.ts";

/** Rows that others refer to: a reference without a row is a fault of the fold. */
function known<Row, Id>(rows: readonly (Row | undefined)[], what: string, ids: readonly Id[]): (Row | Error)[] {
  return rows.map((row, i) => row ?? new Error(`${what} ${ids[i]} is referred to but not in the tables`));
}

/**
 * The types that point at each other, and their connections. Their fields stand in the files named after them; a file that
 * points at another's type imports it from here, so that no two files import each other.
 */
export const ModelRef = builder.loadableObjectRef<ModelRow, bigint>("Model", {
  load: async (ids: bigint[], context) => known(await loadModels(ids, context), "model", ids),
});
export const VersionRef = builder.loadableObjectRef<VersionRow, Hex>("Version", {
  load: async (ids: Hex[], context) => known(await loadVersions(ids, context), "version", ids),
});
export const BatchRef = builder.loadableObjectRef<BatchRow, Hex>("Batch", {
  load: async (digests: Hex[], context) => known(await loadBatches(digests, context), "batch", digests),
});
export const EvaluatorRef = builder.loadableObjectRef<EvaluatorRow, number>("Evaluator", {
  load: async (ids: number[], context) => known(await loadEvaluators(ids, context), "seat", ids),
});
export const ResultRef = builder.objectRef<typeof tables.result.$inferSelect>("Result");
export const MemoryRecordRef = builder.objectRef<typeof tables.memoryHistory.$inferSelect>("MemoryRecord");
export const PositionRef = builder.objectRef<typeof tables.position.$inferSelect>("Position");
export const FreezeRef = builder.objectRef<typeof tables.freeze.$inferSelect>("Freeze");
export const DisputeRef = builder.objectRef<typeof tables.dispute.$inferSelect>("Dispute");
export const ChallengeRef = builder.objectRef<typeof tables.challenge.$inferSelect>("Challenge");
export const SlashRef = builder.objectRef<typeof tables.slash.$inferSelect>("Slash");
export const FeeClaimRef = builder.objectRef<typeof tables.feeClaim.$inferSelect>("FeeClaim");
export const RoundRef = builder.objectRef<RoundRow>("Round");
export const PolicyRef = builder.objectRef<PolicyRow>("Policy");
export const ActivityRef = builder.objectRef<typeof tables.activity.$inferSelect>("Activity");

export const ModelConnection = builder.connectionObject(
  { type: ModelRef, name: "ModelConnection" },
  { name: "ModelEdge" },
);
export const VersionConnection = builder.connectionObject(
  { type: VersionRef, name: "VersionConnection" },
  { name: "VersionEdge" },
);
export const ResultConnection = builder.connectionObject(
  { type: ResultRef, name: "ResultConnection" },
  { name: "ResultEdge" },
);
export const MemoryRecordConnection = builder.connectionObject(
  { type: MemoryRecordRef, name: "MemoryRecordConnection" },
  { name: "MemoryRecordEdge" },
);
export const PositionConnection = builder.connectionObject(
  { type: PositionRef, name: "PositionConnection" },
  { name: "PositionEdge" },
);
export const FreezeConnection = builder.connectionObject(
  { type: FreezeRef, name: "FreezeConnection" },
  { name: "FreezeEdge" },
);
export const DisputeConnection = builder.connectionObject(
  { type: DisputeRef, name: "DisputeConnection" },
  { name: "DisputeEdge" },
);
export const ChallengeConnection = builder.connectionObject(
  { type: ChallengeRef, name: "ChallengeConnection" },
  { name: "ChallengeEdge" },
);
export const SlashConnection = builder.connectionObject(
  { type: SlashRef, name: "SlashConnection" },
  { name: "SlashEdge" },
);
export const FeeClaimConnection = builder.connectionObject(
  { type: FeeClaimRef, name: "FeeClaimConnection" },
  { name: "FeeClaimEdge" },
);
export const EvaluatorConnection = builder.connectionObject(
  { type: EvaluatorRef, name: "EvaluatorConnection" },
  { name: "EvaluatorEdge" },
);
export const ActivityConnection = builder.connectionObject(
  { type: ActivityRef, name: "ActivityConnection" },
  { name: "ActivityEdge" },
);
