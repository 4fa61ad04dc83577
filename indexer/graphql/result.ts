import { unpackMemory } from "../../domain/memory.ts";
import { unpackResult } from "../../domain/result.ts";
import { findDisputeOf, findFreeze } from "../queries/ofResult.ts";
import { builder } from "./builder.ts";
import { FamilyEnum, FamilyValue, familiesOf, familyValues } from "./family.ts";
import { listResults } from "./lists.ts";
import { MemoryType } from "./memory.ts";
import { pageCost } from "./pages.ts";
import { BatchRef, DisputeRef, FreezeRef, ModelRef, ResultConnection, ResultRef } from "./refs.ts";

ResultRef.implement({
  description: "What a committee measured for one version in one round.",
  fields: (t) => ({
    model: t.field({ type: ModelRef, resolve: ({ modelId }) => modelId }),
    versionId: t.field({ type: "Bytes32", resolve: ({ versionId }) => versionId }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    postedAt: t.field({ type: "DateTime", resolve: ({ postedAt }) => postedAt }),
    transactionHash: t.field({ type: "Bytes32", resolve: ({ transactionHash }) => transactionHash }),
    word: t.field({ type: "BigInt", description: "As on chain.", resolve: ({ word }) => word }),
    scores: t.field({
      type: [FamilyValue],
      complexity: { field: 1, multiplier: 7 },
      description: "bps.",
      resolve: ({ word }) => familyValues(unpackResult(word).scores),
    }),
    measured: t.field({
      type: [FamilyEnum],
      complexity: { field: 1, multiplier: 7 },
      description: "Families that the suite measured.",
      resolve: ({ word }) => familiesOf(unpackResult(word).flags),
    }),
    failed: t.field({
      type: [FamilyEnum],
      complexity: { field: 1, multiplier: 7 },
      description: "Families whose slash test failed.",
      resolve: ({ failed }) => familiesOf(failed),
    }),
    items: t.int({ description: "Units of evidence.", resolve: ({ word }) => Number(unpackResult(word).items) }),
    attempts: t.int({
      description: "HTTP requests, retries included.",
      resolve: ({ word }) => Number(unpackResult(word).attempts),
    }),
    retries: t.int({ resolve: ({ word }) => Number(unpackResult(word).retries) }),
    hardFailures: t.int({
      description: "Items of which no attempt succeeded.",
      resolve: ({ word }) => Number(unpackResult(word).hardFailures),
    }),
    batch: t.field({ type: BatchRef, resolve: ({ batchDigest }) => batchDigest }),
    freeze: t.field({
      type: FreezeRef,
      nullable: true,
      description: "The stake that it froze.",
      resolve: ({ versionId, roundId }, _, context) => findFreeze(context, versionId, roundId),
    }),
    dispute: t.field({
      type: DisputeRef,
      nullable: true,
      resolve: ({ versionId, roundId }, _, context) => findDisputeOf(context, versionId, roundId),
    }),
    correctedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When the court found it wrong.",
      resolve: ({ correctedAt }) => correctedAt,
    }),
    correctedWord: t.field({
      type: "BigInt",
      nullable: true,
      description: "What it should have been; 0: nothing. Null unless it was found wrong.",
      resolve: ({ correctedWord }) => correctedWord,
    }),
    memoryAfter: t.field({
      type: MemoryType,
      description: "As it was written then; what was overturned later stands in the version's memory.",
      resolve: ({ memoryWord }) => ({ word: memoryWord, memory: unpackMemory(memoryWord) }),
    }),
  }),
});

builder.queryField("results", (t) =>
  t.connection(
    {
      type: ResultRef,
      description: "Newest first.",
      args: {
        modelId: t.arg({ type: "BigInt" }),
        versionId: t.arg({ type: "Bytes32" }),
        roundId: t.arg({ type: "BigInt" }),
      },
      complexity: pageCost,
      resolve: (_, args, context) => listResults(context, args, args),
    },
    ResultConnection,
  ),
);
