import type { Hex } from "viem";
import { seatsOf } from "../../domain/committee.ts";
import { reportsProof } from "../../domain/merkleReports.ts";
import { packResult, type Result } from "../../domain/result.ts";
import { assayDomain, assayTypes, boardDomain, boardTypes, courtDomain, courtTypes } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";
import { broken, cast, part, versionOf } from "./cast.ts";
import { freezeRecord, resultLog } from "./chainRecords.ts";
import {
  compact,
  entryOf,
  openNextRound,
  type PostedBatch,
  playRound,
  reportDigest,
  signAll,
  signersIn,
  signReport,
} from "./playRound.ts";
import { accounts, digestOf, goodResult, type Stage } from "./Stage.ts";

/** What arbitrators answer: the result is overturned. */
const overturned = 2n;
const wholeItem = { leafIndex: 0n, recordIndex: 0n };

/** The second committee of a dispute measures; all of its members sign. */
export async function remeasure(stage: Stage, disputeId: bigint, measured: Result): Promise<void> {
  const { committee, seatsPointer, versionId } = await stage.disputes.read.dispute([disputeId]);
  const word = packResult(measured);
  const reportsRoot = digestOf("second reports");
  const signatures = await signAll(await signersIn(stage, seatsPointer, committee), (account) =>
    account.signTypedData({
      domain: courtDomain(BigInt(stage.deployment.chainId), stage.deployment.court),
      types: courtTypes,
      primaryType: "Reevaluation",
      message: { disputeId, versionId, word, reportsRoot },
    }),
  );
  await stage.done(stage.court().postReevaluation([disputeId, word, reportsRoot, committee, signatures]));
}

/** Disputes a version's failing result; the second committee measures it again. */
async function reevaluate(stage: Stage, versionId: Hex, roundId: bigint, measured: Result): Promise<bigint> {
  const log = await resultLog(stage, versionId);
  const frozen = await freezeRecord(stage, versionId, roundId);
  await stage.done(stage.court().appeal([versionId, log, 0n, frozen]));
  const disputeId = await stage.disputes.read.disputeCount();
  await stage.mine(3);
  await stage.done(stage.court().drawCommittee([disputeId]));
  await remeasure(stage, disputeId, measured);
  return disputeId;
}

async function execute(stage: Stage, disputeId: bigint): Promise<void> {
  const { versionId, roundId } = await stage.disputes.read.dispute([disputeId]);
  const frozen = await freezeRecord(stage, versionId, BigInt(roundId));
  await stage.done(stage.court().execute([disputeId, frozen, await resultLog(stage, versionId)]));
}

/** Keys, links and owners of seats change. */
async function playSeats(stage: Stage): Promise<void> {
  const [first, second, third] = accounts.evaluators;
  const spare = devAccount(accounts.spareKey);
  const proof = await spare.signTypedData({
    domain: boardDomain(BigInt(stage.deployment.chainId), stage.deployment.policyBoard),
    types: boardTypes,
    primaryType: "KeyProof",
    message: { seatId: 0n, seatOwner: stage.addressOf(first) },
  });
  await stage.done(stage.board(first).rotateSigner([0n, spare.address, proof]));
  await stage.done(stage.board(second).rotateLink([1n, digestOf("another chain")]));
  await stage.done(stage.board(third).transferSeat([2n, stage.addressOf(accounts.other)]));
}

/** What shows that a committee posted another result for a model than its reports show. */
export function medianProof(stage: Stage, posted: readonly PostedBatch[], modelId: bigint) {
  const { in: wrong, index } = entryOf(posted, modelId);
  const { batch, signers, signatures } = wrong;
  const entries = batch.results.map(({ modelId, digest }, i) => ({
    versionId: versionIdOf(modelId, digest),
    reportDigests: (wrong.reports[i] ?? []).map((report) => reportDigest(stage, report)),
  }));
  const path = reportsProof(entries, index);
  return { batch, signers, signatures, entry: BigInt(index), reports: wrong.reports[index] ?? [], path };
}

async function proveWrongMedian(stage: Stage, posted: readonly PostedBatch[], roundId: bigint): Promise<void> {
  const versionId = versionOf("slandered");
  const frozen = await freezeRecord(stage, versionId, roundId);
  const proof = medianProof(stage, posted, cast.slandered);
  await stage.done(stage.inspector().proveWrongMedian([proof, await resultLog(stage, versionId), frozen]));
}

/** An evaluator has committed to two reports. */
export async function proveTwoCommitments(stage: Stage, { batch, members }: PostedBatch): Promise<void> {
  const [member] = members;
  const [entry] = batch.results;
  if (!member || !entry) throw new Error("an empty batch");
  const { account } = member;
  const domain = assayDomain(BigInt(stage.deployment.chainId), stage.deployment.assay);
  const { modelId, digest } = entry;
  const commitTo = (text: string) =>
    ({ roundId: batch.roundId, modelId, digest, evaluator: account.address, reportDigest: digestOf(text) }) as const;
  const sign = (message: ReturnType<typeof commitTo>) =>
    account.signTypedData({ domain, types: assayTypes, primaryType: "Commitment", message }).then(compact);
  const [first, second] = [commitTo("one"), commitTo("another")];
  const args = [first, await sign(first), second, await sign(second)] as const;
  await stage.done(stage.inspector().proveTwoCommitments(args));
}

/** A seat that still has a bond leaves and takes it along. */
async function playLeaving(stage: Stage): Promise<bigint> {
  for (const [index, account] of [...accounts.evaluators.entries()].reverse()) {
    const seatId = BigInt(index);
    const assets = await stage.money.read.seatBond([seatId]);
    if (assets === 0n || index === 2) continue;
    await stage.done(stage.board(account).leaveSeat([seatId]));
    await stage.done(stage.vault(account).requestSeatUnbond([seatId, assets]));
    return seatId;
  }
  throw new Error("no seat is left");
}

/** Failing rounds: two disputes, a freeze that waits, a wrong median, a carried failure, and evaluators who are found out. */
export async function playDisputes(stage: Stage) {
  const failing = await playRound(stage, [
    part("anchor", goodResult),
    part("wronged", broken),
    part("doubted", broken),
  ]);
  const wronged = await reevaluate(stage, versionOf("wronged"), failing.roundId, goodResult);
  const doubted = await reevaluate(stage, versionOf("doubted"), failing.roundId, broken);
  await stage.done(stage.court(accounts.second).appealToArbitrator([doubted]));
  await stage.done(stage.rulings().giveRuling([0n, overturned]));
  await execute(stage, doubted);
  const [place = 0] = seatsOf(await stage.disputes.read.unpaidOf([doubted]));
  await stage.done(stage.court().claimFee([doubted, BigInt(place)]));
  const { in: asked, index } = entryOf(failing.posted, cast.wronged);
  const [report] = asked.reports[index] ?? [];
  const [member] = asked.members;
  if (!report || !member) throw new Error("nobody measured the wronged");
  const signature = await signReport(stage, report, member);
  await stage.done(stage.inspector().challenge([report, signature, wholeItem]));
  await playSeats(stage);

  const slander = { ...part("slandered", broken), reported: goodResult };
  const freezing = await playRound(stage, [part("anchor", goodResult), part("faller", broken), slander]);
  await proveWrongMedian(stage, freezing.posted, freezing.roundId);
  await stage.advance(60n);
  await stage.done(stage.vault().freezeWaiting([await freezeRecord(stage, versionOf("faller"), freezing.roundId)]));

  const carrying = await playRound(stage, [part("anchor", goodResult), part("renewed", broken)]);
  const { deadline } = await stage.disputes.read.dispute([wronged]);
  await stage.advanceTo(BigInt(deadline) + 20n);
  await execute(stage, wronged);
  await stage.done(stage.inspector().uphold([report, wholeItem]));
  const [batch] = carrying.posted;
  if (batch) await proveTwoCommitments(stage, batch);
  const leftSeat = await playLeaving(stage);
  await openNextRound(stage);
  const log = await resultLog(stage, versionOf("doubted"));
  await stage.done(stage.court().rectify([versionOf("doubted"), failing.roundId, versionOf("doubted"), log]));
  return {
    disputes: { wronged, doubted },
    freezeRound: freezing.roundId,
    failingRound: failing.roundId,
    carryingRound: carrying.roundId,
    leftSeat,
  };
}
