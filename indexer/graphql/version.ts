import { and, desc, eq } from "ponder";
import { scarPerItem, unpackMemory } from "../../domain/memory.ts";
import * as tables from "../ponder.schema.ts";
import { headTime } from "../queries/policies.ts";
import { maxPageSize } from "./bounds.ts";
import { builder } from "./builder.ts";
import { listDerived, listMemoryRecords, listResults } from "./lists.ts";
import { ResultLogType } from "./log.ts";
import { MemoryType } from "./memory.ts";
import { pageCost } from "./pages.ts";
import {
  MemoryRecordConnection,
  MemoryRecordRef,
  ModelRef,
  ResultConnection,
  ResultRef,
  VersionConnection,
  VersionRef,
} from "./refs.ts";

const CarriedFailureType = builder.objectRef<typeof tables.carriedFailure.$inferSelect>("CarriedFailure").implement({
  description: "Strike, clean rounds owed and scar of a failing result of an older version of the model.",
  fields: (t) => ({
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    failedVersion: t.field({ type: VersionRef, resolve: ({ failedVersionId }) => failedVersionId }),
    scarItems: t.float({ resolve: ({ scarAdded }) => Number(scarAdded) / Number(scarPerItem) }),
    at: t.field({ type: "DateTime", resolve: ({ at }) => at }),
  }),
});

const OverturnType = builder.objectRef<typeof tables.overturn.$inferSelect>("Overturn").implement({
  description: "The memory was replayed without a result that was found wrong.",
  fields: (t) => ({
    disputedVersion: t.field({ type: VersionRef, resolve: ({ disputedVersionId }) => disputedVersionId }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    newWord: t.field({
      type: "BigInt",
      description: "The result word in its place; 0: none.",
      resolve: ({ newWord }) => newWord,
    }),
    at: t.field({ type: "DateTime", resolve: ({ at }) => at }),
  }),
});

VersionRef.implement({
  description: "An immutable artefact of a model; everything measured binds to it.",
  fields: (t) => ({
    id: t.field({ type: "Bytes32", description: "keccak256(modelId, digest).", resolve: ({ id }) => id }),
    number: t.exposeInt("number", { description: "1 for the model's first." }),
    model: t.field({ type: ModelRef, resolve: ({ modelId }) => modelId }),
    digest: t.field({
      type: "Bytes32",
      description: "sha256 of the manifest's canonical JSON.",
      resolve: ({ digest }) => digest,
    }),
    manifestUri: t.exposeString("manifestUri", {
      description: "Where the manifest is; the digest decides, not the URI.",
    }),
    addedAt: t.field({ type: "DateTime", resolve: ({ addedAt }) => addedAt }),
    memory: t.field({
      type: MemoryType,
      resolve: ({ memoryWord }) => ({ word: memoryWord, memory: unpackMemory(memoryWord) }),
    }),
    previous: t.field({
      type: VersionRef,
      nullable: true,
      description: "The model's version before it, which it inherited from.",
      resolve: ({ previousId }) => previousId,
    }),
    parent: t.field({
      type: VersionRef,
      nullable: true,
      description: "The version, of any model, that its owner says it was made from.",
      resolve: ({ parentId }) => parentId,
    }),
    derived: t.connection(
      {
        type: VersionRef,
        complexity: pageCost,
        description: "Versions whose owners say they were made from this one.",
        resolve: ({ id }, args, context) => listDerived(context, args, id),
      },
      VersionConnection,
    ),
    log: t.field({
      type: ResultLogType,
      nullable: true,
      description: "Null when no failing result of it can be overturned any more.",
      resolve: async ({ id }, _, context) => {
        const { db, deployment } = context;
        const { resultLog } = tables;
        const [row] = await db
          .select()
          .from(resultLog)
          .where(and(eq(resultLog.chainId, deployment.chainId), eq(resultLog.versionId, id)));
        // It ends by time alone: no event tells.
        return row && headTime(context) <= row.until ? row : null;
      },
    }),
    carriedFailures: t.field({
      type: [CarriedFailureType],
      description: "What older versions failed and it carries, newest first, at most 100.",
      resolve: ({ id }, _, { db, deployment }) => {
        const { carriedFailure } = tables;
        return db
          .select()
          .from(carriedFailure)
          .where(and(eq(carriedFailure.chainId, deployment.chainId), eq(carriedFailure.versionId, id)))
          .orderBy(desc(carriedFailure.roundId))
          .limit(maxPageSize);
      },
    }),
    overturns: t.field({
      type: [OverturnType],
      description: "Newest first, at most 100.",
      resolve: ({ id }, _, { db, deployment }) => {
        const { overturn } = tables;
        return db
          .select()
          .from(overturn)
          .where(and(eq(overturn.chainId, deployment.chainId), eq(overturn.versionId, id)))
          .orderBy(desc(overturn.at), desc(overturn.roundId))
          .limit(maxPageSize);
      },
    }),
    results: t.connection(
      {
        type: ResultRef,
        complexity: pageCost,
        description: "Newest first.",
        resolve: ({ id }, args, context) => listResults(context, args, { versionId: id }),
      },
      ResultConnection,
    ),
    memoryHistory: t.connection(
      {
        type: MemoryRecordRef,
        complexity: pageCost,
        description: "Every memory word it ever had, newest first.",
        resolve: ({ id }, args, context) => listMemoryRecords(context, args, id),
      },
      MemoryRecordConnection,
    ),
  }),
});

MemoryRecordRef.implement({
  description: "A memory word as it was written.",
  fields: (t) => ({
    at: t.field({ type: "DateTime", resolve: ({ at }) => at }),
    kind: t.exposeString("kind", { description: "Name of the event that wrote it." }),
    roundId: t.field({
      type: "BigInt",
      nullable: true,
      description: "The round it is about; null where it is about none.",
      resolve: ({ roundId }) => roundId,
    }),
    memory: t.field({
      type: MemoryType,
      resolve: ({ memoryWord }) => ({ word: memoryWord, memory: unpackMemory(memoryWord) }),
    }),
  }),
});

builder.queryField("version", (t) =>
  t.field({
    type: VersionRef,
    nullable: true,
    description: "Null when there is no such version.",
    args: { id: t.arg({ type: "Bytes32", required: true }) },
    resolve: async (_, { id }, { db, deployment }) => {
      const { version } = tables;
      const [row] = await db
        .select()
        .from(version)
        .where(and(eq(version.chainId, deployment.chainId), eq(version.id, id)));
      return row;
    },
  }),
);
