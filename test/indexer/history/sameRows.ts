import { expect } from "vitest";
import { z } from "zod";
import { seatsOf } from "../../../domain/committee.ts";
import { disputeOutcomes, disputeStages } from "../../../domain/dispute.ts";
import { streamedDown } from "../../../domain/fees.ts";
import { min } from "../../../domain/integers.ts";
import { logHash } from "../../../domain/resultLog.ts";
import { activePool, assetsForDown, stakeFromDecoded, unbondingPool } from "../../../domain/stake.ts";
import { freezeFields, freezeHash, freezeShape } from "../freezeShape.ts";
import type { IndexerProcess } from "../IndexerProcess.ts";
import { type AnsweredModel, logOf, modelQuery, modelShape } from "../modelShape.ts";
import { accounts } from "../Stage.ts";
import { amount, hex, nodes, time } from "../shapes.ts";
import { storedRound } from "../storedRound.ts";
import type { History } from "./History.ts";

interface Sides {
  history: History;
  indexer: IndexerProcess;
}

/** Of the year 9999: what a DateTime says of anything later. */
const lastSecond = 253_402_300_799n;

// ---------------------------------------------------------------- models
async function sameStake({ history: { stage } }: Sides, modelId: bigint, model: AnsweredModel): Promise<void> {
  const { money } = stage;
  const stored = stakeFromDecoded(await money.read.stakeOf([modelId]));
  expect(model.stake).toEqual(stored);
  const { timestamp } = await stage.chain.getBlock();
  const stream = await money.read.streamOf([modelId]);
  const expected = { amount: stream.amount, updatedAt: BigInt(stream.updatedAt), endsAt: BigInt(stream.endsAt) };
  const told = model.feeStream ?? { amount: 0n, updatedAt: 0n, endsAt: 0n, streamed: 0n };
  expect(told).toEqual({ ...expected, streamed: streamedDown(expected, timestamp) });
  expect(model.paidThrough ?? 0n).toBe(await money.read.paidThrough([modelId]));
  const sums = { shares: 0n, unbondingShares: 0n };
  for (const { account, assets, unbondingAssets, ...position } of model.positions) {
    const kept = await money.read.positionOf([modelId, account]);
    expect({ ...position, unlocksAt: Number(position.unlocksAt) }).toEqual(kept);
    expect(kept.shares + kept.unbondingShares).toBeGreaterThan(0n);
    expect(assets).toBe(assetsForDown(kept.shares, activePool(stored)));
    expect(unbondingAssets).toBe(assetsForDown(kept.unbondingShares, unbondingPool(stored)));
    sums.shares += position.shares;
    sums.unbondingShares += position.unbondingShares;
  }
  expect(sums).toEqual({ shares: stored.shares, unbondingShares: stored.unbondingShares });
}

async function sameRecord({ history: { stage } }: Sides, modelId: bigint, model: AnsweredModel): Promise<void> {
  const { record } = stage;
  const { timestamp } = await stage.chain.getBlock();
  const [owner, lane] = await record.read.ownerAndLane([modelId]);
  expect([model.owner, model.lane]).toEqual([owner, lane === 1 ? "standard" : "experimental"]);
  const none = { servedUntil: 0n, evaluatedUntil: 0n, liableUntil: 0n, recordUntil: 0n };
  const { recordUntil, ...ends } = await record.read.retirementOf([modelId]);
  expect(model.retirement ?? none).toEqual({ ...ends, recordUntil: min(recordUntil, lastSecond) });
  expect(model.currentVersion.id).toBe(await record.read.currentVersion([modelId]));
  for (const { id, memory, log } of model.versions) {
    expect(memory.word).toBe(await record.read.memoryOf([id]));
    const [hash, until, entries] = await record.read.logOf([id]);
    const isOpen = BigInt(hash) !== 0n && timestamp <= until;
    expect(log !== null, `log of ${id} until ${until} at ${timestamp}`).toBe(isOpen);
    if (!log) continue;
    expect(logHash(logOf(log))).toBe(BigInt(hash));
    expect([log.until, BigInt(log.entries.length)]).toEqual([until, entries]);
  }
}

async function sameModels(sides: Sides): Promise<void> {
  const { history, indexer } = sides;
  const listed = z.object({ models: z.object({ totalCount: z.number() }) });
  const { models } = await indexer.query(listed, "{ models { totalCount } }");
  expect(BigInt(models.totalCount)).toBe(await history.stage.record.read.modelCount());
  for (const [modelId, names] of history.versions) {
    const { model } = await indexer.query(modelShape, modelQuery, { id: `${modelId}` });
    expect(model.versions).toHaveLength(names.length);
    await sameStake(sides, modelId, model);
    await sameRecord(sides, modelId, model);
  }
}

// ---------------------------------------------------------------- money
async function sameFreezes({ history, indexer }: Sides): Promise<void> {
  const { money } = history.stage;
  const shape = z.object({ open: nodes(freezeShape), over: nodes(freezeShape) });
  const page = (open: boolean) => `freezes(first: 100, open: ${open}) { nodes { ${freezeFields} } }`;
  const { open, over } = await indexer.query(shape, `{ open: ${page(true)} over: ${page(false)} }`);
  for (const record of open) {
    expect(await money.read.freezeHashOf([record.versionId, record.roundId])).toBe(freezeHash(record));
  }
  for (const { versionId, roundId } of over) {
    expect(BigInt(await money.read.freezeHashOf([versionId, roundId]))).toBe(0n);
  }
  for (const modelId of history.versions.keys()) {
    const { openFreezes } = await money.read.stakeOf([modelId]);
    expect(open.filter((record) => record.modelId === modelId)).toHaveLength(openFreezes);
  }
}

const burnt = "0x000000000000000000000000000000000000dEaD";

async function sameTreasury({ history: { stage }, indexer }: Sides): Promise<void> {
  const funds = { commonsFund: amount, evaluationFund: amount, depositsHeld: amount, burnt: amount };
  const shape = z.object({ treasury: z.object({ ...funds, bucket: z.object({ level: amount, updatedAt: time }) }) });
  const query = "{ treasury { commonsFund evaluationFund depositsHeld burnt bucket { level updatedAt } } }";
  const { treasury } = await indexer.query(shape, query);
  const { money } = stage;
  const [level, updatedAt] = await money.read.bucket();
  expect(treasury).toEqual({
    commonsFund: await money.read.commonsFund(),
    evaluationFund: await money.read.evaluationFund(),
    depositsHeld: await money.read.depositsHeld(),
    burnt: await stage.tokensOf(burnt),
    bucket: { level, updatedAt },
  });
}

// ---------------------------------------------------------------- rounds and seats
const roundShape = z.object({
  number: amount,
  policyId: amount,
  openedAt: time,
  closesAt: time,
  entropyBlock: amount,
  seed: hex.nullable(),
  committees: z.array(z.object({ members: z.array(z.object({ place: z.number() })) })).nullable(),
  lotterySlots: z.number(),
  lotteryDraws: z.array(amount),
  modelCount: amount,
  participants: z.array(z.object({ place: z.number(), paid: z.boolean() })),
});

const roundsQuery = `{ rounds(first: 20) { nodes {
  number policyId openedAt closesAt entropyBlock seed committees { members { place } }
  lotterySlots lotteryDraws(slot: 0) modelCount participants { place paid }
} } }`;

async function sameRounds({ history: { stage }, indexer }: Sides): Promise<void> {
  const { record } = stage;
  const { rounds } = await indexer.query(z.object({ rounds: nodes(roundShape) }), roundsQuery);
  for (const { number, seed, committees, lotteryDraws, participants, closesAt, ...round } of rounds) {
    const { stored, told } = await storedRound(stage, number);
    expect({ ...round, openedAt: Number(round.openedAt), entropyBlock: Number(round.entropyBlock) }).toEqual(told);
    expect(BigInt(seed ?? 0)).toBe(BigInt(stored.seed));
    expect(closesAt).toBe(await record.read.closesAt([number]));
    const unpaid = participants.filter(({ paid }) => !paid).map(({ place }) => place);
    expect(unpaid).toEqual(seatsOf(BigInt(stored.participated)));
    for (const [shard, { members }] of (committees ?? []).entries()) {
      const drawn = await record.read.committeeOf([number, BigInt(shard)]);
      expect(members.map(({ place }) => place)).toEqual(seatsOf(drawn));
    }
    for (const [attempt, drawn] of lotteryDraws.entries()) {
      expect(drawn).toBe(await record.read.lotteryDraw([number, 0n, BigInt(attempt)]));
    }
  }
}

const seatShape = z.object({
  id: z.number(),
  owner: hex,
  signer: hex,
  linkHead: hex,
  seatedAt: time,
  leftAt: time,
  bond: z.object({ assets: amount, unbonding: amount, active: amount, unlocksAt: time }),
  keys: z.array(z.object({ signer: hex })),
});

async function sameSeats({ history: { stage }, indexer }: Sides): Promise<void> {
  const { evaluators } = await indexer.query(
    z.object({ evaluators: nodes(seatShape) }),
    `{ evaluators(first: 100) { nodes {
      id owner signer linkHead seatedAt leftAt bond { assets unbonding active unlocksAt } keys { signer }
    } } }`,
  );
  const { standards, money } = stage;
  expect(BigInt(evaluators.length)).toBe(await standards.read.seatCount());
  for (const { id, keys, bond, ...seat } of evaluators) {
    const { active, ...kept } = bond;
    const stored = await standards.read.seat([BigInt(id)]);
    expect({ ...seat, seatedAt: Number(seat.seatedAt), leftAt: Number(seat.leftAt) }).toEqual(stored);
    expect({ ...kept, unlocksAt: Number(kept.unlocksAt) }).toEqual(await money.read.seatBondOf([BigInt(id)]));
    expect(active).toBe(await money.read.seatBond([BigInt(id)]));
    expect(keys[0]?.signer).toBe(stored.signer);
    for (const { signer } of keys) expect(await standards.read.seatOfSigner([signer])).toBe(BigInt(id) + 1n);
  }
}

async function sameStandards({ history: { stage }, indexer }: Sides): Promise<void> {
  const policy = z.object({ id: amount, status: z.string(), inForceFrom: time });
  const shape = z.object({
    policies: nodes(policy),
    policy: z.object({ id: amount }),
    pendingPolicy: policy.nullable(),
    board: z.object({ owner: hex, guardian: hex, paused: z.boolean(), pausedUntil: time }),
  });
  const {
    policies,
    policy: current,
    pendingPolicy,
    board,
  } = await indexer.query(
    shape,
    `{ policies(first: 100) { nodes { id status inForceFrom } } policy { id } pendingPolicy { id status inForceFrom }
      board { owner guardian paused pausedUntil } }`,
  );
  const { standards } = stage;
  const [inForce, , paused] = await standards.read.standing();
  expect(BigInt(policies.length)).toBe(await standards.read.policyCount());
  expect(current.id).toBe(inForce);
  const [pendingId, inForceFrom] = await standards.read.pendingPolicy();
  expect([pendingPolicy?.id ?? 0n, pendingPolicy?.inForceFrom ?? 0n]).toEqual([pendingId, inForceFrom]);
  for (const { id, status } of policies) {
    expect(status === "inForce").toBe(id === inForce);
    expect(status === "announced").toBe(id === pendingId);
  }
  expect(board).toEqual({
    owner: await standards.read.owner(),
    guardian: stage.addressOf(accounts.guardian),
    paused,
    pausedUntil: await standards.read.pausedUntil(),
  });
}

// ---------------------------------------------------------------- disputes
const disputeShape = z.object({
  id: amount,
  word: amount,
  newWord: amount.nullable(),
  deadline: time,
  entropyBlock: amount,
  stage: z.enum(disputeStages),
  verdict: z.enum(disputeOutcomes),
  ruling: z.enum(disputeOutcomes),
  appellant: hex,
  arbitrationAppellant: hex.nullable(),
  committee: z.array(z.object({ place: z.number() })).nullable(),
  unpaid: z.array(z.object({ place: z.number() })).nullable(),
  roundId: amount,
  version: z.object({ id: hex }),
  result: z.object({ correctedWord: amount.nullable() }),
});

const disputesQuery = `{ disputes(first: 100) { nodes {
  id word newWord deadline entropyBlock stage verdict ruling appellant arbitrationAppellant committee { place } unpaid { place } roundId
  version { id } result { correctedWord }
} } }`;

const nobody = `0x${"00".repeat(20)}`;

async function sameDisputes({ history: { stage }, indexer }: Sides): Promise<void> {
  const { disputes } = await indexer.query(z.object({ disputes: nodes(disputeShape) }), disputesQuery);
  expect(BigInt(disputes.length)).toBe(await stage.disputes.read.disputeCount());
  for (const { id, version, committee, unpaid, result, ...dispute } of disputes) {
    const stored = await stage.disputes.read.dispute([id]);
    expect({
      word: dispute.word,
      newWord: dispute.newWord ?? 0n,
      deadline: Number(dispute.deadline),
      entropyBlock: Number(dispute.entropyBlock),
      stage: disputeStages.indexOf(dispute.stage),
      verdict: disputeOutcomes.indexOf(dispute.verdict),
      ruling: disputeOutcomes.indexOf(dispute.ruling),
      appellant: dispute.appellant,
      arbitrationAppellant: dispute.arbitrationAppellant ?? nobody,
      roundId: Number(dispute.roundId),
      versionId: version.id,
    }).toEqual({
      word: stored.word,
      newWord: stored.newWord,
      deadline: stored.deadline,
      entropyBlock: stored.entropyBlock,
      stage: stored.stage,
      verdict: stored.verdict,
      ruling: stored.ruling,
      appellant: stored.appellant,
      arbitrationAppellant: stored.arbitrationAppellant,
      roundId: stored.roundId,
      versionId: stored.versionId,
    });
    expect((committee ?? []).map(({ place }) => place)).toEqual(seatsOf(stored.committee));
    expect((unpaid ?? []).map(({ place }) => place)).toEqual(seatsOf(await stage.disputes.read.unpaidOf([id])));
    const correction = await stage.disputes.read.correctionOf([version.id, dispute.roundId]);
    expect(result.correctedWord ?? 0n).toBe(correction.newWord);
    expect(result.correctedWord !== null).toBe(correction.word !== 0n);
  }
}

/** Every row that is folded from events, against the storage it tells of. */
export async function expectSameRows(sides: Sides): Promise<void> {
  await sameModels(sides);
  await sameFreezes(sides);
  await sameTreasury(sides);
  await sameRounds(sides);
  await sameSeats(sides);
  await sameStandards(sides);
  await sameDisputes(sides);
}
