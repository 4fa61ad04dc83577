import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hex, parseEventLogs } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shardOf } from "../../domain/committee.ts";
import type { Report } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import { findShownFraud } from "../../evaluation/evidence/findShownFraud.ts";
import type { ClaimedTree } from "../../evaluation/evidence/findWrongSums.ts";
import { buildTree, leafHash } from "../../evaluation/evidence/merkleSum.ts";
import { wordOfLanes } from "../../evaluation/evidence/wordOfLanes.ts";
import { type Fraud, findFraud } from "../../evaluation/replay/findFraud.ts";
import { type Opening, openItem } from "../../evaluation/replay/openItem.ts";
import type { Claims } from "../../evaluation/replay/readClaims.ts";
import { inspectorAbi } from "../../sdk/index.ts";
import { changeAttempt, claimsIn, forgeBlob, recordsIn } from "../evaluation/forgeBlob.ts";
import { rebuilt, withForgedNode } from "../evaluation/forgeTree.ts";
import { oracleOf, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../evaluation/testSuite.ts";
import { openNextRound, type Signer, signersIn, signReport } from "../indexer/playRound.ts";
import { accounts, digestOf, Stage, token } from "../indexer/Stage.ts";

let stage: Stage;
let roundId: bigint;
let members: Signer[];
let honest: Claims;
let blob: string;

beforeAll(async () => {
  const suite = await quickTempered();
  const oracle = oracleOf(planOf(suite, "quick"));
  /** Wrong now and then, so that there is something to hide. */
  const server = await startModelServer((chat, response, request) =>
    chat.count % 9 === 4 ? "It depends." : oracle(chat, response, request),
  );
  const outDir = await mkdtemp(join(tmpdir(), "assay-"));
  const manifest = manifestOf(server.url);
  const allowPrivateHosts = ["127.0.0.1"];
  const { path } = await evaluate({ manifest, suite, profile: "quick", seed, context: {}, allowPrivateHosts, outDir });
  await server.close();
  blob = await readFile(path, "utf8");
  honest = await claimsIn(blob);

  stage = await Stage.open();
  for (const index of [accounts.owner, accounts.other]) await stage.fund(index, 10n ** 6n * token);
  await stage.bondSeats();
  await stage.register("measured");
  roundId = await openNextRound(stage);
  const { seed: roundSeed, seatsPointer } = await stage.record.read.round([roundId]);
  const shard = shardOf(versionIdOf(1n, digestOf("measured")), roundSeed, await stage.record.read.shardsOf([roundId]));
  members = await signersIn(stage, seatsPointer, await stage.record.read.committeeOf([roundId, shard]));
});

afterAll(() => stage.close());

/** A report of a member of the committee, signed. */
async function signed(claim: { evidenceRoot: Hex; word: bigint }): Promise<{ report: Report; signature: Hex }> {
  const [member] = members;
  if (!member) throw new Error("an empty committee");
  const evaluator = member.account.address;
  const [evidenceHash, link] = [digestOf("blob"), digestOf("link")];
  const report = { roundId, modelId: 1n, digest: digestOf("measured"), evaluator, ...claim, evidenceHash, link };
  return { report, signature: await signReport(stage, report, member) };
}

const wordOf = ({ root }: ClaimedTree) => wordOfLanes(root.sums, root.counts) ?? 0n;
const claimOf = (tree: ClaimedTree) => ({ evidenceRoot: tree.root.hash, word: wordOf(tree) });

/** Sends a proof to the Inspector. @returns the names of its events */
async function prove(claim: { evidenceRoot: Hex; word: bigint }, fraud: Fraud | Opening): Promise<string[]> {
  const { report, signature } = await signed(claim);
  const inspector = stage.inspector();
  if ("kind" in fraud && fraud.kind === "wrongSums") {
    const { path, node, left, right } = fraud;
    return eventsOf(inspector.proveWrongSums([report, signature, path, node, left, right]));
  }
  if ("kind" in fraud && fraud.kind === "wrongLeaf") {
    const { path, node, leafIndex, leaf } = fraud;
    return eventsOf(inspector.proveWrongLeaf([report, signature, path, node, leafIndex, leaf]));
  }
  const opened = await eventsOf(inspector.challenge([report, signature, fraud.request]));
  if (!("answer" in fraud)) return opened;
  return [...opened, ...(await eventsOf(inspector.answer([report, fraud.request, fraud.answer])))];
}

async function eventsOf(sent: Promise<Hex>): Promise<string[]> {
  const hash = await sent;
  const { status, logs } = await stage.chain.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error("reverted");
  return parseEventLogs({ abi: inspectorAbi, logs }).map(({ eventName }) => eventName);
}

describe("openings and proofs, before the contract", () => {
  it("default: every kind of item opens; the contract accepts the opening as the answer to a challenge", async () => {
    const places = [0, honest.plan.items.findIndex(({ family }) => family === "C"), honest.plan.items.length - 1];
    for (const item of places) {
      expect(await prove(claimOf(honest.tree), openItem(honest, item, 0))).toEqual([
        "ChallengeOpened",
        "ChallengeAnswered",
      ]);
    }
  });

  it("behavior: nothing can be proven against evidence that is what was signed", () => {
    expect(findFraud(honest, claimOf(honest.tree))).toBeNull();
  });

  it("behavior: the contract, too, finds the word in the root: the twins agree", async () => {
    const top = honest.tree.levels.at(-2) ?? [];
    const [left, right] = [top[0] ?? never(), top[1] ?? never()];
    const path = { index: 0n, siblings: [] };
    const proof: Fraud = { kind: "wrongSums", path, node: honest.tree.root, left, right };
    await expect(prove(claimOf(honest.tree), proof)).rejects.toThrow(/SumsAreRight/);
  });

  it("behavior: a word that does not follow from its root", async () => {
    const claim = { ...claimOf(honest.tree), word: wordOf(honest.tree) ^ 1n };
    const fraud = findFraud(honest, claim);
    expect(fraud).toMatchObject({ kind: "wrongSums", path: { siblings: [] } });
    if (fraud) expect(await prove(claim, fraud)).toEqual(["EvaluatorSlashed"]);
  });

  it.each([1, 2, 4])("behavior: a wrong sum node at height %i", async (height) => {
    const tree = withForgedNode(honest.tree, height, 1);
    const fraud = findFraud(honest, claimOf(tree), tree);
    expect(fraud).toMatchObject({ kind: "wrongSums", path: { index: 1n } });
    if (fraud) expect(await prove(claimOf(tree), fraud)).toEqual(["EvaluatorSlashed"]);
  });

  it("behavior: a fabricated leaf: counted with sums that it was not hashed with", async () => {
    const tree = withForgedNode(honest.tree, 0, 6);
    const fraud = findFraud(honest, claimOf(tree), tree);
    expect(fraud).toMatchObject({ kind: "wrongLeaf", leafIndex: 6n });
    if (fraud) expect(await prove(claimOf(tree), fraud)).toEqual(["EvaluatorSlashed"]);
  });

  it("behavior: a fabricated leaf: the same item twice", async () => {
    const leaves = honest.tree.leaves.with(7, honest.tree.leaves[6] ?? never());
    const nodes = leaves.map(({ index, leaf }) => ({ ...leaf, hash: leafHash(index, leaf) }));
    const tree = { ...rebuilt([nodes], 0), leaves };
    const fraud = findFraud(honest, claimOf(tree), tree);
    expect(fraud).toMatchObject({ kind: "wrongLeaf", path: { index: 7n }, leafIndex: 6n });
    if (fraud) expect(await prove(claimOf(tree), fraud)).toEqual(["EvaluatorSlashed"]);
  });

  it("behavior: a branch that stands in two places, by what an answer to a challenge shows", async () => {
    const levels = honest.tree.levels.map((level) => [...level]);
    levels[2]?.splice(1, 1, levels[2][0] ?? never());
    const tree = { ...rebuilt(levels, 2), leaves: honest.tree.leaves };
    const { answer } = openItem({ ...honest, tree }, 0, 0);
    const fraud = findShownFraud(honest.tree, tree.root.hash, [answer]);
    expect(fraud).toMatchObject({ kind: "wrongLeaf", path: { index: 4n }, leafIndex: 0n });
    if (fraud) expect(await prove(claimOf(tree), fraud)).toEqual(["EvaluatorSlashed"]);
  });

  it("behavior: a fabricated leaf: better sums than its records give, opened for everybody to see", async () => {
    const bad = honest.verdict.items.findIndex(({ grade }) => grade === 0);
    const leaves = honest.tree.leaves.map(({ leaf }, index) =>
      index === bad ? { ...leaf, sums: leaf.sums + 10_000n } : leaf,
    );
    const tree = { ...buildTree(leaves), leaves: leaves.map((leaf, index) => ({ index, leaf })) };
    const fraud = findFraud(honest, claimOf(tree), tree);
    expect(fraud).toMatchObject({ kind: "wrongRecord", where: `leaf ${bad}`, request: { leafIndex: BigInt(bad) } });
    if (fraud) expect(await prove(claimOf(tree), fraud)).toEqual(["ChallengeOpened", "ChallengeAnswered"]);
  });

  it("behavior: a fabricated leaf without records: nobody can answer, and that is upheld", async () => {
    const leaves = honest.tree.leaves.map(({ leaf }, index) =>
      index === 3 ? { ...leaf, itemHash: digestOf("made up") } : leaf,
    );
    const tree = { ...buildTree(leaves), leaves: leaves.map((leaf, index) => ({ index, leaf })) };
    const claim = claimOf(tree);
    const fraud = findFraud(honest, claim, tree);
    expect(fraud).toMatchObject({ kind: "unavailable", request: { leafIndex: 3n, recordIndex: 0n } });
    if (fraud?.kind !== "unavailable") return;
    const snapshot = await stage.snapshot();
    await prove(claim, fraud);
    const { report } = await signed(claim);
    const answer = stage.inspector().answer([report, fraud.request, openItem({ ...honest, tree }, 3, 0).answer]);
    await expect(answer).rejects.toThrow(/WrongRecord/);
    await stage.advance(200n);
    expect(await eventsOf(stage.inspector().uphold([report, fraud.request]))).toEqual([
      "ChallengeUpheld",
      "EvaluatorSlashed",
    ]);
    await stage.revert(snapshot);
  });

  it.each<[string, (record: Record<string, unknown>) => boolean, Record<string, unknown>, RegExp]>([
    ["prompt", ({ family }) => family === "J", { request: '{"messages":[]}' }, /field request$/],
    ["grade", ({ family, grade }) => family !== "C" && grade === 0, { grade: 10_000 }, /field grade$/],
  ])("behavior: a wrong %s: the very record is opened, and is what was signed", async (_, pick, fields, where) => {
    const forged = await claimsIn(await forgeBlob(changeAttempt(recordsIn(blob), pick, fields)));
    const claim = { evidenceRoot: forged.end.root as Hex, word: BigInt(forged.end.word) };
    const fraud = findFraud(forged, claim);
    expect(fraud).toMatchObject({ kind: "wrongRecord", where: expect.stringMatching(where) });
    if (fraud?.kind !== "wrongRecord") return;
    const shown = JSON.parse(Buffer.from(fraud.answer.record.slice(2), "hex").toString());
    expect(shown).toMatchObject(fields);
    expect(await prove(claim, fraud)).toEqual(["ChallengeOpened", "ChallengeAnswered"]);
  });

  it("behavior: a failed attempt left out: the item is opened without it", async () => {
    const records = recordsIn(blob);
    const hidden = records.find(({ family }) => family === "P");
    const left = records.filter(({ item, probe }) => item !== hidden?.item || probe !== hidden?.probe);
    const forged = await claimsIn(await forgeBlob(left));
    const claim = claimOf(forged.tree);
    const fraud = findFraud(forged, claim);
    expect(fraud).toMatchObject({ kind: "wrongRecord", where: expect.stringContaining(`item ${hidden?.item}`) });
    if (fraud) expect(await prove(claim, fraud)).toEqual(["ChallengeOpened", "ChallengeAnswered"]);
  });

  it("behavior: a root that the published records do not lead to: ask for them", async () => {
    const claim = { evidenceRoot: digestOf("some root"), word: 1n };
    const fraud = findFraud(honest, claim);
    expect(fraud).toMatchObject({ kind: "unavailable", why: expect.stringContaining(claim.evidenceRoot) });
    if (fraud) expect(await prove(claim, fraud)).toEqual(["ChallengeOpened"]);
  });
});

function never(): never {
  throw new RangeError("no such leaf");
}
