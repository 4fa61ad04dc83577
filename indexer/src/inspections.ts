import { type Context, type Event, ponder } from "ponder:registry";
import { challenge, medianDisproof, slash } from "ponder:schema";
import type { Hex } from "viem";
import { faults } from "../../domain/dispute.ts";
import { versionIdOf } from "../../domain/version.ts";
import { type AnyEvent, recordActivity } from "./activity.ts";

type Request = Event<"Inspector:ChallengeUpheld">["args"]["request"];

ponder.on("Inspector:EvaluatorSlashed", async ({ event, context }) => {
  const { seatId, versionId, roundId, fault: index, shareBps, assets } = event.args;
  const fault = faults[index];
  // The enum has no other values.
  if (fault === undefined) return;
  await context.db.insert(slash).values({
    chainId: context.chain.id,
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    seatId: Number(seatId),
    versionId,
    roundId,
    fault,
    shareBps,
    assets,
    at: event.block.timestamp,
  });
  await recordActivity(context, event, "Inspector:EvaluatorSlashed", { seatId, versionId, roundId, assets });
});

ponder.on("Inspector:MedianDisproved", async ({ event, context }) => {
  const { versionId, roundId, batchDigest, word, right } = event.args;
  const disproof = { roundId, word, right, at: event.block.timestamp };
  await context.db
    .insert(medianDisproof)
    .values({ chainId: context.chain.id, batchDigest, versionId, ...disproof })
    .onConflictDoUpdate(disproof);
  await recordActivity(context, event, "Inspector:MedianDisproved", { versionId, roundId });
});

ponder.on("Inspector:ChallengeOpened", async ({ event, context }) => {
  const { reportDigest, seatId, challenger, report, request, answerBy, deposit } = event.args;
  const versionId = versionIdOf(report.modelId, report.digest);
  const { modelId, roundId, word, evidenceRoot, evidenceHash } = report;
  await context.db.insert(challenge).values({
    chainId: context.chain.id,
    reportDigest,
    ...request,
    seatId: Number(seatId),
    challenger,
    deposit,
    openedAt: event.block.timestamp,
    answerBy,
    versionId,
    roundId,
    word,
    evidenceRoot,
    evidenceHash,
  });
  const subject = { modelId, versionId, roundId, seatId, account: challenger };
  await recordActivity(context, event, "Inspector:ChallengeOpened", subject);
});

async function closeChallenge(
  context: Context,
  event: AnyEvent,
  name: `Inspector:${string}`,
  closed: { reportDigest: Hex; request: Request; at: Partial<typeof challenge.$inferSelect> },
): Promise<void> {
  const key = { chainId: context.chain.id, reportDigest: closed.reportDigest, ...closed.request };
  const { seatId, versionId, roundId } = await context.db.update(challenge, key).set(closed.at);
  await recordActivity(context, event, name, { seatId: BigInt(seatId), versionId, roundId });
}

ponder.on("Inspector:ChallengeAnswered", async ({ event, context }) => {
  const { reportDigest, request } = event.args;
  const at = { answeredAt: event.block.timestamp };
  await closeChallenge(context, event, "Inspector:ChallengeAnswered", { reportDigest, request, at });
});

ponder.on("Inspector:ChallengeUpheld", async ({ event, context }) => {
  const { reportDigest, request } = event.args;
  const at = { upheldAt: event.block.timestamp };
  await closeChallenge(context, event, "Inspector:ChallengeUpheld", { reportDigest, request, at });
});
