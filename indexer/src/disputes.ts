import { type Context, ponder } from "ponder:registry";
import { dispute, version } from "ponder:schema";
import type { Hex } from "viem";
import { type DisputeOutcome, disputeOutcomes } from "../../domain/dispute.ts";
import { type AnyEvent, recordActivity } from "./activity.ts";

type Dispute = typeof dispute.$inferSelect;

const outcomeOf = (index: number): DisputeOutcome => disputeOutcomes[index] ?? "unresolved";

/** Writes what an event changes in a dispute, and that it happened. */
async function changeDispute(
  context: Context,
  event: AnyEvent,
  name: `Court:${string}`,
  { disputeId, changed, account }: { disputeId: bigint; changed: Partial<Dispute>; account?: Hex },
): Promise<void> {
  const chainId = context.chain.id;
  const { modelId, versionId, roundId } = await context.db.update(dispute, { chainId, id: disputeId }).set(changed);
  const subject = { disputeId, modelId, versionId, roundId, ...(account ? { account } : {}) };
  await recordActivity(context, event, name, subject);
}

ponder.on("Court:DisputeOpened", async ({ event, context }) => {
  const { disputeId, versionId, roundId, opened, failed, contested, deposit } = event.args;
  const chainId = context.chain.id;
  const disputed = await context.db.find(version, { chainId, id: versionId });
  // Only results on record can be disputed, so the version is there.
  if (!disputed) return;
  const { modelId } = disputed;
  const { word, policyPointer, appellant, seatsPointer } = opened;
  await context.db.insert(dispute).values({
    chainId,
    id: disputeId,
    versionId,
    modelId,
    roundId,
    word,
    failed,
    policyPointer,
    contested,
    appellant,
    deposit,
    openedAt: event.block.timestamp,
    stage: "opened",
    deadline: BigInt(opened.deadline),
    seatsPointer,
    entropyBlock: BigInt(opened.entropyBlock),
    verdict: "unresolved",
    ruling: "unresolved",
  });
  const subject = { disputeId, modelId, versionId, roundId, account: appellant };
  await recordActivity(context, event, "Court:DisputeOpened", subject);
});

ponder.on("Court:EntropyMoved", async ({ event, context }) => {
  const { disputeId, entropyBlock } = event.args;
  await changeDispute(context, event, "Court:EntropyMoved", { disputeId, changed: { entropyBlock } });
});

ponder.on("Court:CommitteeDrawn", async ({ event, context }) => {
  const { disputeId, seed, committee, deadline } = event.args;
  const changed = { stage: "drawn", seed, committee, deadline, drawnAt: event.block.timestamp } as const;
  await changeDispute(context, event, "Court:CommitteeDrawn", { disputeId, changed });
});

ponder.on("Court:ReevaluationPosted", async ({ event, context }) => {
  const { disputeId, word, reportsRoot, signers, verdict, deadline } = event.args;
  const changed = {
    stage: "reevaluated",
    newWord: word,
    reportsRoot,
    signers,
    unpaid: signers,
    verdict: outcomeOf(verdict),
    deadline,
    reevaluatedAt: event.block.timestamp,
  } as const;
  await changeDispute(context, event, "Court:ReevaluationPosted", { disputeId, changed });
});

ponder.on("Court:AppealedToArbitrator", async ({ event, context }) => {
  const { disputeId, appellant, arbitrator, arbitratorDisputeId, deadline, deposit } = event.args;
  const changed = {
    stage: "appealed",
    arbitrationAppellant: appellant,
    arbitrator,
    arbitratorDisputeId,
    arbitrationDeposit: deposit,
    deadline,
    appealedAt: event.block.timestamp,
  } as const;
  await changeDispute(context, event, "Court:AppealedToArbitrator", { disputeId, changed, account: appellant });
});

ponder.on("Court:Ruled", async ({ event, context }) => {
  const { disputeId, ruling } = event.args;
  const changed = { stage: "ruled", ruling: outcomeOf(ruling), ruledAt: event.block.timestamp } as const;
  await changeDispute(context, event, "Court:Ruled", { disputeId, changed });
});

ponder.on("Court:DisputeExecuted", async ({ event, context }) => {
  const { disputeId, outcome, newWord, stakeRestored } = event.args;
  const changed = {
    stage: "executed",
    outcome: outcomeOf(outcome),
    outcomeWord: newWord,
    stakeRestored,
    executedAt: event.block.timestamp,
  } as const;
  await changeDispute(context, event, "Court:DisputeExecuted", { disputeId, changed });
});
