import { and, asc, eq } from "ponder";
import { lotteryAttempts, lotteryDraw } from "../../domain/lottery.ts";
import * as tables from "../ponder.schema.ts";
import { findRound, type Participant, participantsOf, type RoundRow } from "../queries/rounds.ts";
import { type Member, membersOf, signersOf } from "../queries/seats.ts";
import { builder } from "./builder.ts";
import { closesAt } from "./clock.ts";
import { listResults } from "./lists.ts";
import { pageCost, tablePage } from "./pages.ts";
import { BatchRef, EvaluatorRef, ResultConnection, ResultRef, RoundRef } from "./refs.ts";

/** Costs of lists that are bounded by the standards: members of a committee, committees of a round, places of a round. */
export const memberCost = { field: 1, multiplier: 7 } as const;
const committeeCost = { field: 1, multiplier: 3 } as const;
const placeCost = { field: 1, multiplier: 15 } as const;

/** Batches of a round that are listed at most: a version has one result a round, so there are few. */
const maxBatches = 100;

export const MemberType = builder.objectRef<Member>("CommitteeMember").implement({
  description: "A seat on a sealed list, with the key it signed with then.",
  fields: (t) => ({
    place: t.exposeInt("place", { description: "In the list: its bit in bitmaps of committees and signers." }),
    signer: t.field({ type: "Address", resolve: ({ signer }) => signer }),
    evaluator: t.field({ type: EvaluatorRef, resolve: ({ evaluator }) => evaluator }),
  }),
});

interface Committee {
  shard: number;
  round: RoundRow;
  bitmap: bigint;
}

const CommitteeType = builder.objectRef<Committee>("Committee").implement({
  description: "Who measures one shard of a round's versions.",
  fields: (t) => ({
    shard: t.exposeInt("shard"),
    members: t.field({
      type: [MemberType],
      complexity: memberCost,
      resolve: ({ round, bitmap }, _, context) => membersOf(context, round.seatsPointer, bitmap),
    }),
  }),
});

const ParticipantType = builder.objectRef<Participant>("Participant").implement({
  description: "Whoever signed a batch of a round.",
  fields: (t) => ({
    place: t.exposeInt("place", { description: "What `AssayVault.claimFee` takes; not the place in the list." }),
    evaluator: t.field({ type: EvaluatorRef, resolve: ({ member }) => member.evaluator }),
    paid: t.exposeBoolean("paid", { description: "Whether the fee for this round was claimed." }),
  }),
});

BatchRef.implement({
  description: "Results that a committee signed together.",
  fields: (t) => ({
    digest: t.field({ type: "Bytes32", description: "What was signed (EIP-712).", resolve: ({ digest }) => digest }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    shard: t.int({ resolve: ({ shard }) => Number(shard) }),
    signers: t.field({
      type: [MemberType],
      complexity: memberCost,
      resolve: async ({ roundId, signers }, _, context) => {
        const round = await findRound(context, roundId);
        return round ? membersOf(context, round.seatsPointer, signers) : [];
      },
    }),
    reportsRoot: t.field({ type: "Bytes32", resolve: ({ reportsRoot }) => reportsRoot }),
    contested: t.exposeBoolean("contested", {
      description: "So many results failed that none of them froze stake.",
    }),
    relayer: t.field({ type: "Address", description: "Who sent it.", resolve: ({ relayer }) => relayer }),
    postedAt: t.field({ type: "DateTime", resolve: ({ postedAt }) => postedAt }),
    transactionHash: t.field({ type: "Bytes32", resolve: ({ transactionHash }) => transactionHash }),
  }),
});

RoundRef.implement({
  description: "One evaluation epoch: fixed policy, suite, seed and committees.",
  fields: (t) => ({
    number: t.field({
      type: "BigInt",
      description: "Number of the epoch, from 1; the round's id.",
      resolve: ({ id }) => id,
    }),
    policyId: t.field({ type: "BigInt", resolve: ({ policyId }) => policyId }),
    suiteHash: t.field({ type: "Bytes32", resolve: ({ suiteHash }) => suiteHash }),
    openedAt: t.field({ type: "DateTime", resolve: ({ openedAt }) => openedAt }),
    closesAt: t.field({
      type: "DateTime",
      description: "When it can no longer be posted to; then fees can be claimed.",
      resolve: ({ id }, _, { deployment }) => closesAt(id, deployment),
    }),
    entropyBlock: t.field({ type: "BigInt", resolve: ({ entropyBlock }) => entropyBlock }),
    capturedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ capturedAt }) => capturedAt }),
    seed: t.field({
      type: "Bytes32",
      nullable: true,
      description: "Null until captured.",
      resolve: ({ seed }) => seed,
    }),
    seatCount: t.int({
      description: "Seats that committees are drawn from.",
      resolve: async ({ seatsPointer }, _, context) => (await signersOf(context, seatsPointer)).length,
    }),
    committees: t.field({
      type: [CommitteeType],
      nullable: true,
      complexity: committeeCost,
      description: "One a shard; null until the seed is captured.",
      resolve: (round) => round.committees?.map((bitmap, shard) => ({ shard, round, bitmap })),
    }),
    lotterySlots: t.int({
      description: "Slots for experiments that the commons fund paid for.",
      resolve: ({ lotterySlots }) => Number(lotterySlots),
    }),
    lotteryAssets: t.field({
      type: "BigInt",
      description: "What it paid, smallest units of the token.",
      resolve: ({ lotteryAssets }) => lotteryAssets,
    }),
    modelCount: t.field({
      type: "BigInt",
      description: "Models that the lottery draws from: all when the round opened.",
      resolve: ({ modelCount }) => modelCount,
    }),
    lotteryDraws: t.field({
      type: ["BigInt"],
      complexity: 1,
      args: { slot: t.arg.int({ required: true }) },
      description:
        "The models a slot draws, attempt by attempt; the first that may take part does. Empty for a slot that was not paid for.",
      resolve: ({ seed, lotterySlots, modelCount }, { slot }) => {
        if (seed === null || slot < 0 || BigInt(slot) >= lotterySlots || modelCount === 0n) return [];
        const attempts = Array.from({ length: Number(lotteryAttempts) }, (_, attempt) => BigInt(attempt));
        return attempts.map((attempt) => lotteryDraw(seed, BigInt(slot), attempt, modelCount));
      },
    }),
    participants: t.field({
      type: [ParticipantType],
      complexity: placeCost,
      resolve: (round, _, context) => participantsOf(round, context),
    }),
    resultCount: t.exposeInt("resultCount"),
    batches: t.field({
      type: [BatchRef],
      resolve: ({ id }, _, { db, deployment }) => {
        const { batch } = tables;
        const ofRound = and(eq(batch.chainId, deployment.chainId), eq(batch.roundId, id));
        return db.select().from(batch).where(ofRound).orderBy(asc(batch.postedAt), asc(batch.digest)).limit(maxBatches);
      },
    }),
    results: t.connection(
      {
        type: ResultRef,
        complexity: pageCost,
        resolve: ({ id }, args, context) => listResults(context, args, { roundId: id }),
      },
      ResultConnection,
    ),
  }),
});

builder.queryField("rounds", (t) =>
  t.connection({
    type: RoundRef,
    description: "Newest first.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { round } = tables;
      const where = eq(round.chainId, deployment.chainId);
      return tablePage<RoundRow>(args, {
        keys: [{ column: round.id, kind: "number", of: ({ id }) => id }],
        descending: true,
        rows: db.select().from(round),
        where,
        totalCount: () => db.$count(round, where),
      });
    },
  }),
);

builder.queryField("round", (t) =>
  t.field({
    type: RoundRef,
    nullable: true,
    description: "Null when the round was not opened.",
    args: { number: t.arg({ type: "BigInt", required: true }) },
    resolve: (_, { number }, context) => findRound(context, number),
  }),
);
