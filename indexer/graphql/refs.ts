import type * as tables from "../ponder.schema.ts";
import { loadModels, type ModelRow } from "../queries/modelRows.ts";
import type { PolicyRow } from "../queries/policyInForce.ts";
import { builder } from "./builder.ts";

/**
 * The types that point at each other, and their connections. Their fields stand in the files named after them; a file that
 * points at another's type imports it from here, so that no two files import each other.
 */
export const ModelRef = builder.loadableObjectRef<ModelRow, bigint>("Model", {
  load: async (ids: bigint[], context) => (await loadModels(ids, context)).map((row, i) => row ?? missing(ids[i])),
});
export const VersionRef = builder.objectRef<typeof tables.version.$inferSelect>("Version");
export const ResultRef = builder.objectRef<typeof tables.result.$inferSelect>("Result");
export const MemoryRecordRef = builder.objectRef<typeof tables.memoryHistory.$inferSelect>("MemoryRecord");
export const PositionRef = builder.objectRef<typeof tables.position.$inferSelect>("Position");
export const FreezeRef = builder.objectRef<typeof tables.freeze.$inferSelect>("Freeze");
export const RoundRef = builder.objectRef<typeof tables.round.$inferSelect>("Round");
export const EvaluatorRef = builder.objectRef<typeof tables.evaluator.$inferSelect>("Evaluator");
export const PolicyRef = builder.objectRef<PolicyRow>("Policy");
export const ActivityRef = builder.objectRef<typeof tables.activity.$inferSelect>("Activity");

function missing(id: bigint | undefined): Error {
  return new Error(`model ${id} is referred to but not in the tables`);
}

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
export const ActivityConnection = builder.connectionObject(
  { type: ActivityRef, name: "ActivityConnection" },
  { name: "ActivityEdge" },
);
