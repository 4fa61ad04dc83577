import type { Hex } from "viem";
import { z } from "zod";
import { disputeStages } from "../../../domain/dispute.ts";
import type { ResultLog } from "../../../domain/resultLog.ts";
import { versionIdOf } from "../../../domain/version.ts";
import { noFreeze } from "../../../oracle/court/freezeTable.ts";
import { broken } from "../cast.ts";
import { freezeFields, freezeShape } from "../freezeShape.ts";
import type { IndexerProcess } from "../IndexerProcess.ts";
import { logFields, logOf, logShape } from "../modelShape.ts";
import { medianProof, proveTwoCommitments, remeasure } from "../playDisputes.ts";
import { type PostedBatch, signReport } from "../playRound.ts";
import { accounts, goodResult } from "../Stage.ts";
import { amount, hex, nodes, time } from "../shapes.ts";
import { type History, stakers } from "./History.ts";

type FreezeRecord = z.infer<typeof freezeShape>;

/** What whoever disputes has to show, as the indexer tells it. */
interface Told {
  history: History;
  indexer: IndexerProcess;
}

type CourtAct = (told: Told) => Promise<void>;

const noLog: ResultLog = { memoryBefore: 0n, entries: [] };

/** A log as the contracts take it: small integers are numbers to the ABI encoder. */
function logArgument({ memoryBefore, entries }: ResultLog) {
  const small = entries.map((entry) => ({
    ...entry,
    kind: Number(entry.kind),
    roundId: Number(entry.roundId),
    appliedAt: Number(entry.appliedAt),
  }));
  return { memoryBefore, entries: small };
}

async function toldLog({ indexer }: Told, versionId: Hex): Promise<ResultLog> {
  const shape = z.object({ version: z.object({ log: logShape.nullable() }).nullable() });
  const query = `query ($id: Bytes32!) { version(id: $id) { log { ${logFields} } } }`;
  const { version } = await indexer.query(shape, query, { id: versionId });
  return version?.log ? logOf(version.log) : noLog;
}

async function toldFreeze({ indexer }: Told, versionId: Hex, roundId: bigint): Promise<FreezeRecord> {
  const query = `query ($id: String!) { freeze(id: $id) { ${freezeFields} } }`;
  const { freeze } = await indexer.query(z.object({ freeze: freezeShape.nullable() }), query, {
    id: `${versionId}-${roundId}`,
  });
  return freeze ?? { ...noFreeze, versionId, roundId };
}

async function openFreeze({ history, indexer }: Told): Promise<FreezeRecord | undefined> {
  const shape = z.object({ freezes: nodes(freezeShape) });
  const { freezes } = await indexer.query(shape, `{ freezes(open: true, first: 50) { nodes { ${freezeFields} } } }`);
  return freezes.length === 0 ? undefined : history.random.pick(freezes);
}

const release: CourtAct = async (told) => {
  const frozen = await openFreeze(told);
  if (frozen) await told.history.stage.done(told.history.stage.vault(accounts.other).release([frozen]));
};

const freezeWaiting: CourtAct = async (told) => {
  const frozen = await openFreeze(told);
  if (frozen) await told.history.stage.done(told.history.stage.vault(accounts.other).freezeWaiting([frozen]));
};

// ---------------------------------------------------------------- disputes
/** Disputes a failing result, frozen or not. */
const appeal: CourtAct = async (told) => {
  const { history, indexer } = told;
  const { stage, random } = history;
  const result = z.object({ versionId: hex, roundId: amount, failed: z.array(z.string()) });
  const query = "{ results(first: 30) { nodes { versionId roundId failed } } }";
  const { results } = await indexer.query(z.object({ results: nodes(result) }), query);
  const failing = results.filter(({ failed }) => failed.length > 0);
  if (failing.length === 0) return;
  const { versionId, roundId } = random.pick(failing);
  const log = await toldLog(told, versionId);
  const index = log.entries.findIndex((entry) => entry.roundId === roundId && entry.versionId === versionId);
  if (index < 0) return;
  const frozen = await toldFreeze(told, versionId, roundId);
  const by = random.pick(stakers);
  await stage.done(stage.court(by).appeal([versionId, logArgument(log), BigInt(index), frozen]));
};

const openShape = z.object({
  disputes: nodes(
    z.object({ id: amount, stage: z.enum(disputeStages), deadline: time, arbitratorDisputeId: amount.nullable() }),
  ),
});
const openQuery = "{ disputes(open: true, first: 50) { nodes { id stage deadline arbitratorDisputeId } } }";
type OpenDispute = z.infer<typeof openShape>["disputes"][number];

async function draw({ history: { stage } }: Told, { id }: OpenDispute): Promise<void> {
  await stage.mine(3);
  await stage.done(stage.court().drawCommittee([id]));
}

async function execute(told: Told, { id, stage: at, deadline }: OpenDispute): Promise<void> {
  const { stage, random } = told.history;
  if (at !== "ruled" && deadline > (await told.history.now())) await stage.advanceTo(deadline);
  const { versionId, roundId } = await stage.disputes.read.dispute([id]);
  const frozen = await toldFreeze(told, versionId, BigInt(roundId));
  const log = random.chance(5) ? noLog : await toldLog(told, versionId);
  await stage.done(stage.court().execute([id, frozen, logArgument(log)]));
}

/** What the stage of a dispute asks for; now and then nobody does it, and time decides. */
async function further(told: Told, dispute: OpenDispute): Promise<void> {
  const { stage, random } = told.history;
  const isOver = dispute.deadline <= (await told.history.now());
  if (isOver || random.chance(6)) return execute(told, dispute);
  if (dispute.stage === "opened") return draw(told, dispute);
  if (dispute.stage === "drawn") return remeasure(stage, dispute.id, random.pick([goodResult, broken]));
  if (dispute.stage === "reevaluated" && random.chance(2)) {
    return stage.done(stage.court(random.pick(stakers)).appealToArbitrator([dispute.id]));
  }
  if (dispute.stage === "appealed") {
    return stage.done(stage.rulings().giveRuling([dispute.arbitratorDisputeId ?? 0n, random.uniform(0n, 2n)]));
  }
  return execute(told, dispute);
}

/** A dispute that is open goes on; without one, another begins. */
const goOn: CourtAct = async (told) => {
  const { disputes } = await told.indexer.query(openShape, openQuery);
  await (disputes.length === 0 ? appeal(told) : further(told, told.history.random.pick(disputes)));
};

/** A result that was found wrong is corrected in a log that it stands in. */
const rectify: CourtAct = async (told) => {
  const { history, indexer } = told;
  const { stage, random } = history;
  const result = z.object({ versionId: hex, roundId: amount, correctedWord: amount.nullable() });
  const query = "{ results(first: 100) { nodes { versionId roundId correctedWord } } }";
  const { results } = await indexer.query(z.object({ results: nodes(result) }), query);
  const wrong = results.filter(({ correctedWord }) => correctedWord !== null);
  if (wrong.length === 0) return;
  const { versionId, roundId } = random.pick(wrong);
  for (const ofVersionId of history.versionIds()) {
    const log = await toldLog(told, ofVersionId);
    const isOf = (entry: ResultLog["entries"][number]) => entry.versionId === versionId && entry.roundId === roundId;
    if (!log.entries.some((entry) => isOf(entry) && entry.kind < 2n)) continue;
    await stage.done(stage.court().rectify([versionId, roundId, ofVersionId, logArgument(log)]));
    return;
  }
};

const claimCourtFee: CourtAct = async ({ history: { stage, random } }) => {
  const disputes = await stage.disputes.read.disputeCount();
  if (disputes === 0n) return;
  const disputeId = random.uniform(1n, disputes);
  const unpaid = await stage.disputes.read.unpaidOf([disputeId]);
  const place = random.uniform(0n, 5n);
  if ((unpaid >> place) & 1n) await stage.done(stage.court().claimFee([disputeId, place]));
};

// ---------------------------------------------------------------- evaluators
function anyBatch({ history: { posted, random } }: Told): PostedBatch | undefined {
  const batches = [...posted.values()].slice(-4).flat();
  return batches.length === 0 ? undefined : random.pick(batches);
}

const proveWrongMedian: CourtAct = async (told) => {
  const { stage } = told.history;
  const batch = anyBatch(told);
  if (!batch) return;
  const wrong = batch.batch.results.find(({ word }, i) => batch.reports[i]?.[0]?.word !== word);
  if (!wrong) return;
  const versionId = versionIdOf(wrong.modelId, wrong.digest);
  const log = logArgument(await toldLog(told, versionId));
  const frozen = await toldFreeze(told, versionId, batch.batch.roundId);
  const proof = medianProof(stage, [batch], wrong.modelId);
  await stage.done(stage.inspector().proveWrongMedian([proof, log, frozen]));
};

const proveEquivocation: CourtAct = async (told) => {
  const batch = anyBatch(told);
  if (batch && told.history.random.chance(4)) await proveTwoCommitments(told.history.stage, batch);
};

const challenge: CourtAct = async (told) => {
  const { stage, random } = told.history;
  const batch = anyBatch(told);
  const [report] = random.pick(batch?.reports ?? [[]]);
  const [member] = batch?.members ?? [];
  if (!report || !member) return;
  const request = { leafIndex: random.uniform(0n, 2n), recordIndex: 0n };
  const signature = await signReport(stage, report, member);
  await stage.done(stage.inspector(random.pick(stakers)).challenge([report, signature, request]));
};

const uphold: CourtAct = async (told) => {
  const { stage, random } = told.history;
  const [report] = random.pick(anyBatch(told)?.reports ?? [[]]);
  if (!report) return;
  await stage.done(stage.inspector().uphold([report, { leafIndex: random.uniform(0n, 2n), recordIndex: 0n }]));
};

const courtActs: readonly (readonly [times: number, CourtAct])[] = [
  [3, release],
  [2, freezeWaiting],
  [4, appeal],
  [16, goOn],
  [2, rectify],
  [2, claimCourtFee],
  [2, proveWrongMedian],
  [1, proveEquivocation],
  [2, challenge],
  [2, uphold],
];

const drawn = courtActs.flatMap(([times, act]) => Array.from({ length: times }, () => act));

/** One act of those for which something has to be shown: what the indexer tells is what the contracts have kept. */
export async function actInCourt(told: Told): Promise<void> {
  const act = told.history.random.pick(drawn);
  const done = await told.history.attempt(() => act(told));
  if (done) await told.indexer.caughtUp(await told.history.stage.chain.getBlock());
}
