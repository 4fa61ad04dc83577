import type { Fault } from "../../domain/dispute.ts";
import { builder } from "./builder.ts";
import { listChallenges, listSlashes } from "./disputeLists.ts";
import { pageCost } from "./pages.ts";
import { ChallengeConnection, ChallengeRef, EvaluatorRef, SlashConnection, SlashRef } from "./refs.ts";

const FaultEnum = builder.enumType("Fault", {
  description: "What an evaluator can be proven to have done.",
  values: {
    equivocation: { description: "Two different statements about one version and round." },
    wrongMedian: { description: "Signed a batch that is not the median of its reports." },
    wrongSums: { description: "A report that does not follow from its own evidence." },
    unavailable: { description: "Evidence that nobody was shown when it was asked for." },
  },
});

const faultNames = {
  equivocation: "equivocation",
  "wrong-median": "wrongMedian",
  "wrong-sums": "wrongSums",
  unavailable: "unavailable",
} as const satisfies Record<Fault, (typeof FaultEnum)["$inferType"]>;

SlashRef.implement({
  description:
    "Levels 0 and 1: what an evaluator lost a part of its bond for. Half is burnt, half fills the commons fund.",
  fields: (t) => ({
    evaluator: t.field({ type: EvaluatorRef, resolve: ({ seatId }) => seatId }),
    versionId: t.field({
      type: "Bytes32",
      description: "As the evaluator wrote it; it may be of no version.",
      resolve: ({ versionId }) => versionId,
    }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    fault: t.field({ type: FaultEnum, resolve: ({ fault }) => faultNames[fault] }),
    shareBps: t.int({ description: "Share of the bond.", resolve: ({ shareBps }) => Number(shareBps) }),
    assets: t.field({ type: "BigInt", description: "Smallest units of the token.", resolve: ({ assets }) => assets }),
    at: t.field({ type: "DateTime", resolve: ({ at }) => at }),
  }),
});

const ChallengeStateEnum = builder.enumType("ChallengeState", {
  description: "Open: waits for the evaluator. Upheld: the evaluator has lost a part of its bond.",
  values: ["open", "answered", "upheld"] as const,
});

ChallengeRef.implement({
  description: "Level 1: a record of an evaluator's evidence is asked for.",
  fields: (t) => ({
    reportDigest: t.field({ type: "Bytes32", resolve: ({ reportDigest }) => reportDigest }),
    leafIndex: t.field({ type: "BigInt", resolve: ({ leafIndex }) => leafIndex }),
    recordIndex: t.field({ type: "BigInt", resolve: ({ recordIndex }) => recordIndex }),
    evaluator: t.field({ type: EvaluatorRef, resolve: ({ seatId }) => seatId }),
    versionId: t.field({
      type: "Bytes32",
      description: "As the evaluator wrote it; it may be of no version.",
      resolve: ({ versionId }) => versionId,
    }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    word: t.field({ type: "BigInt", description: "The report's result word.", resolve: ({ word }) => word }),
    evidenceRoot: t.field({ type: "Bytes32", resolve: ({ evidenceRoot }) => evidenceRoot }),
    evidenceHash: t.field({ type: "Bytes32", resolve: ({ evidenceHash }) => evidenceHash }),
    challenger: t.field({ type: "Address", resolve: ({ challenger }) => challenger }),
    deposit: t.field({ type: "BigInt", resolve: ({ deposit }) => deposit }),
    openedAt: t.field({ type: "DateTime", resolve: ({ openedAt }) => openedAt }),
    answerBy: t.field({ type: "DateTime", resolve: ({ answerBy }) => answerBy }),
    state: t.field({
      type: ChallengeStateEnum,
      resolve: ({ answeredAt, upheldAt }) => {
        if (upheldAt !== null) return "upheld";
        return answeredAt === null ? "open" : "answered";
      },
    }),
    answeredAt: t.field({ type: "DateTime", nullable: true, resolve: ({ answeredAt }) => answeredAt }),
    upheldAt: t.field({ type: "DateTime", nullable: true, resolve: ({ upheldAt }) => upheldAt }),
  }),
});

builder.queryField("challenges", (t) =>
  t.connection(
    {
      type: ChallengeRef,
      description: "Those that must be answered last come first.",
      args: { seatId: t.arg.int(), open: t.arg.boolean({ description: "Not closed yet, or closed." }) },
      complexity: pageCost,
      resolve: (_, args, context) => listChallenges(context, args, args),
    },
    ChallengeConnection,
  ),
);

builder.queryField("slashes", (t) =>
  t.connection(
    {
      type: SlashRef,
      description: "Newest first.",
      args: { seatId: t.arg.int() },
      complexity: pageCost,
      resolve: (_, args, context) => listSlashes(context, args, args),
    },
    SlashConnection,
  ),
);
