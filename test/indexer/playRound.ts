import {
  type Address,
  type Hex,
  hashTypedData,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
} from "viem";
import { seatsOf, shardOf } from "../../domain/committee.ts";
import { reportsRoot } from "../../domain/merkleReports.ts";
import { packResult, type Result } from "../../domain/result.ts";
import { assayDomain, assayTypes, type Batch, type Report } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";
import { accounts, digestOf, epochLength, type Stage } from "./Stage.ts";

/** One version's part of a round. */
export interface Part {
  modelId: bigint;
  /** Of the version. */
  name: string;
  result: Result;
  /** What the committee's reports say, where that is not what it posts. */
  reported?: Result;
}

/** A member of a committee: its place in the sealed list, and the account that signs. */
export interface Signer {
  place: number;
  account: ReturnType<typeof devAccount>;
}

/** A batch as it was posted. */
export interface PostedBatch {
  batch: Batch;
  signers: bigint;
  signatures: Hex;
  /** A report a member for each entry. */
  reports: Report[][];
  members: Signer[];
}

/** Keys that seats sign with, now or later, derived when they are needed first: each takes a while. */
const firstKey = 10;
const maxKeys = 90;
const keys: Signer["account"][] = [];

function keyOf(signer: string): Signer["account"] {
  for (let place = 0; place < maxKeys; place += 1) {
    const key = keys[place] ?? devAccount(firstKey + place);
    keys[place] = key;
    if (key.address.toLowerCase() === signer) return key;
  }
  throw new Error(`no key for ${signer}`);
}

/** The members in a bitmap over the list in a code account. */
export async function signersIn(stage: Stage, pointer: Address, bitmap: bigint): Promise<Signer[]> {
  // A zero byte, then twenty bytes a seat.
  const list = (await stage.chain.getCode({ address: pointer }))?.slice(4) ?? "";
  return seatsOf(bitmap).map((place) => {
    return { place, account: keyOf(`0x${list.slice(40 * place, 40 * (place + 1))}`) };
  });
}

/** r, then vs, of a signature. */
export const compact = (signature: Hex): Hex =>
  serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));

const joined = (parts: readonly Hex[]): Hex => `0x${parts.map((part) => part.slice(2)).join("")}`;

/** The signatures of all members over one EIP-712 message, in the order of their places. */
export async function signAll(
  members: readonly Signer[],
  sign: (account: Signer["account"]) => Promise<Hex>,
): Promise<Hex> {
  return joined((await Promise.all(members.map(({ account }) => sign(account)))).map(compact));
}

const domainOf = ({ deployment }: Stage) => assayDomain(BigInt(deployment.chainId), deployment.assay);

function reportOf(part: Part, roundId: bigint, evaluator: Address): Report {
  const { modelId, name, result, reported = result } = part;
  const [evidenceRoot, evidenceHash, link] = [digestOf("root"), digestOf("blob"), digestOf("link")];
  const word = packResult(reported);
  return { roundId, modelId, digest: digestOf(name), evaluator, word, evidenceRoot, evidenceHash, link };
}

export function reportDigest(stage: Stage, report: Report): Hex {
  return hashTypedData({ domain: domainOf(stage), types: assayTypes, primaryType: "Report", message: report });
}

export function signReport(stage: Stage, report: Report, { account }: Signer): Promise<Hex> {
  return account
    .signTypedData({ domain: domainOf(stage), types: assayTypes, primaryType: "Report", message: report })
    .then(compact);
}

/** Moves to the next epoch, opens its round and draws its committees. */
export async function openNextRound(stage: Stage): Promise<bigint> {
  const current = await stage.record.read.currentRoundId();
  await stage.advanceTo(BigInt(stage.deployment.genesis) + current * epochLength);
  const roundId = current + 1n;
  await stage.done(stage.assay(accounts.other).openRound());
  await stage.mine(3);
  await stage.done(stage.assay(accounts.other).captureEntropy([roundId]));
  return roundId;
}

/** Posts what the committee of one shard of a round has measured. */
async function post(stage: Stage, roundId: bigint, shard: bigint, parts: readonly Part[]): Promise<PostedBatch> {
  const { seatsPointer } = await stage.record.read.round([roundId]);
  const signers = await stage.record.read.committeeOf([roundId, shard]);
  const members = await signersIn(stage, seatsPointer, signers);
  const reports = parts.map((part) => members.map(({ account }) => reportOf(part, roundId, account.address)));
  const entries = parts.map(({ modelId, name }, i) => ({
    versionId: versionIdOf(modelId, digestOf(name)),
    reportDigests: (reports[i] ?? []).map((report) => reportDigest(stage, report)),
  }));
  const batch: Batch = {
    roundId,
    shard,
    reportsRoot: reportsRoot(entries),
    results: parts.map(({ modelId, name, result }) => ({ modelId, digest: digestOf(name), word: packResult(result) })),
  };
  const signatures = await signAll(members, (account) =>
    account.signTypedData({ domain: domainOf(stage), types: assayTypes, primaryType: "Batch", message: batch }),
  );
  // An estimate can fall short where an inner call gets 63 of 64 parts of what is left.
  await stage.done(stage.assay(accounts.other).post([batch, signers, signatures], { gas: 10_000_000n }));
  return { batch, signers, signatures, reports, members };
}

/** A round in which all of these are measured, each by the committee of its shard, whose members all sign. */
export async function playRound(
  stage: Stage,
  parts: readonly Part[],
): Promise<{ roundId: bigint; posted: PostedBatch[] }> {
  const roundId = await openNextRound(stage);
  return { roundId, posted: await postRound(stage, roundId, parts) };
}

/** What all committees of a round that was drawn have measured. */
export async function postRound(stage: Stage, roundId: bigint, parts: readonly Part[]): Promise<PostedBatch[]> {
  const { seed } = await stage.record.read.round([roundId]);
  const shards = await stage.record.read.shardsOf([roundId]);
  const posted: PostedBatch[] = [];
  for (let shard = 0n; shard < shards; shard += 1n) {
    const own = parts.filter(
      ({ modelId, name }) => shardOf(versionIdOf(modelId, digestOf(name)), seed, shards) === shard,
    );
    if (own.length > 0) posted.push(await post(stage, roundId, shard, own));
  }
  return posted;
}

/** The batch that a version's result was posted in, and its place there. */
export function entryOf(posted: readonly PostedBatch[], modelId: bigint): { in: PostedBatch; index: number } {
  for (const candidate of posted) {
    const index = candidate.batch.results.findIndex((entry) => entry.modelId === modelId);
    if (index >= 0) return { in: candidate, index };
  }
  throw new Error(`model ${modelId} has no result in this round`);
}
