import { and, asc, eq } from "ponder";
import { logKinds } from "../../domain/resultLog.ts";
import * as tables from "../ponder.schema.ts";
import { builder } from "./builder.ts";

const LogKindEnum = builder.enumType("LogKind", {
  description: "What an entry of a log says happened; the contracts' numbers 0 to 4 in this order.",
  values: ["result", "carried", "inherited", "nothing", "discredited"] as const,
});
type LogKind = (typeof LogKindEnum)["$inferType"];

function kindName(kind: bigint): LogKind {
  switch (kind) {
    case logKinds.result:
      return "result";
    case logKinds.carried:
      return "carried";
    case logKinds.inherited:
      return "inherited";
    case logKinds.discredited:
      return "discredited";
    default:
      return "nothing";
  }
}

const LogEntryType = builder.objectRef<typeof tables.logEntry.$inferSelect>("LogEntry").implement({
  description: "One entry; with its fields in the contracts' order what `Court.appeal` asks for.",
  fields: (t) => ({
    place: t.exposeInt("place", { description: "From 0: the index that `Court.appeal` takes." }),
    kind: t.field({ type: LogKindEnum, resolve: ({ kind }) => kindName(kind) }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    appliedAt: t.field({ type: "DateTime", resolve: ({ appliedAt }) => appliedAt }),
    policyPointer: t.field({ type: "Address", resolve: ({ policyPointer }) => policyPointer }),
    versionId: t.field({
      type: "Bytes32",
      description: "The version it is about: measured, failed, or new.",
      resolve: ({ versionId }) => versionId,
    }),
    word: t.field({
      type: "BigInt",
      description: "Of a result: its word. Of a carried failure: the scar it added, 1/256 item.",
      resolve: ({ word }) => word,
    }),
    batchDigest: t.field({
      type: "Bytes32",
      description: "Of the batch that a result, or a carried failure, came with; else 0.",
      resolve: ({ batchDigest }) => batchDigest,
    }),
  }),
});

/** The log of a version's memory; whoever disputes a result in it shows all of it. */
export const ResultLogType = builder.objectRef<typeof tables.resultLog.$inferSelect>("ResultLog").implement({
  description: "What happened to a version's memory since its first failing result that can still be overturned.",
  fields: (t) => ({
    memoryBefore: t.field({
      type: "BigInt",
      description: "The memory word before the first entry.",
      resolve: ({ memoryBefore }) => memoryBefore,
    }),
    until: t.field({
      type: "DateTime",
      description: "Up to when it can be replayed.",
      resolve: ({ until }) => until,
    }),
    entries: t.field({
      type: [LogEntryType],
      description: "At most 255, oldest first.",
      resolve: ({ chainId, versionId, entryCount }, _, { db }) => {
        const { logEntry } = tables;
        return db
          .select()
          .from(logEntry)
          .where(and(eq(logEntry.chainId, chainId), eq(logEntry.ofVersionId, versionId)))
          .orderBy(asc(logEntry.place))
          .limit(entryCount);
      },
    }),
  }),
});
