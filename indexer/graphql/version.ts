import { and, eq } from "ponder";
import { unpackMemory } from "../../domain/memory.ts";
import * as tables from "../ponder.schema.ts";
import { builder } from "./builder.ts";
import { listMemoryRecords, listResults } from "./lists.ts";
import { MemoryType } from "./memory.ts";
import { pageCost } from "./pages.ts";
import { MemoryRecordConnection, MemoryRecordRef, ModelRef, ResultConnection, ResultRef, VersionRef } from "./refs.ts";

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
    roundId: t.field({
      type: "BigInt",
      nullable: true,
      description: "The round whose result wrote it; null for the word the version started with.",
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
