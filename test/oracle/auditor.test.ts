import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { createWalletClient, type Hex, http } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { probeSeed } from "../../domain/seed.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { ClaimedTree } from "../../evaluation/evidence/findWrongSums.ts";
import { wordOfLanes } from "../../evaluation/evidence/wordOfLanes.ts";
import { openItem } from "../../evaluation/replay/openItem.ts";
import type { Claims } from "../../evaluation/replay/readClaims.ts";
import { DirectoryStore } from "../../evaluation/store/directoryStore.ts";
import { hashOf as sha256Of } from "../../evaluation/store/hashOf.ts";
import { HttpStore } from "../../evaluation/store/httpStore.ts";
import { type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import { type Auditor, createAuditor } from "../../oracle/court/auditor.ts";
import { type ServedApp, serveApp } from "../../oracle/http/serveApp.ts";
import type { Report } from "../../oracle/messages/message.ts";
import { createEvidenceStore } from "../../oracle/node/evidenceStore.ts";
import { createStatusApp } from "../../oracle/node/statusApp.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { assayAbi, inspectorAbi } from "../../sdk/index.ts";
import { bytesOf, changeAttempt, claimsIn, forgeBlob, recordsIn } from "../evaluation/forgeBlob.ts";
import { withForgedNode } from "../evaluation/forgeTree.ts";
import { oracleOf, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, planOf, quickTempered } from "../evaluation/testSuite.ts";
import { evaluatorAt, signed } from "./committee.ts";
import { type CourtNode, type CourtStage, openCourtNode, openCourtStage, seatBond } from "./courtStage.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";
import { eventually } from "./eventually.ts";

/** What an evaluator signs about its evidence. */
interface Claim {
  readonly evidenceRoot: Hex;
  readonly word: bigint;
}

describeOnEachDatabase(
  "audits of other evaluators' evidence",
  (place) => {
    const auditing = 0;
    const liar = 1;
    let suite: Suite;
    let stage: CourtStage;
    let node: CourtNode;
    let liars: CourtNode;
    let directory: string;
    /** What the liar's node serves, at `/evidence`. */
    let served: ServedApp;
    let offered: DirectoryStore;
    let roundId: bigint;
    let blob: string;
    let honest: Claims;

    const partsOf = (of: CourtNode, seat: number) => ({
      ...of,
      ...stage,
      own: evaluatorAt(seat).account.address,
      seatBond: stage.bondOf,
      stores: [new HttpStore(`${served.url}/evidence`)],
      packs: [],
      maxBytes: 10_000_000,
      maxMilliseconds: 60_000,
      stagger: 1n,
    });
    const auditorOf = (of: CourtNode, seat: number): Auditor => createAuditor(partsOf(of, seat));
    /** As many passes as everything that is due takes. */
    const pursue = async (auditor = auditorOf(node, auditing), of = node): Promise<Auditor> => {
      for (let turn = 0; turn < 8; turn += 1) {
        await auditor.pursue(await of.look(), roundId + 1n);
        await auditor.settled();
        await stage.chain.skip(2);
      }
      await auditor.pursue(await of.look(), roundId + 1n);
      return auditor;
    };
    const seedOf = async (seat: number): Promise<Hex> => {
      const { assay, chainId } = stage.deployment;
      const { seed: roundSeed } = await stage.client.readContract({
        address: assay,
        abi: assayAbi,
        functionName: "round",
        args: [roundId],
      });
      const { account, links } = evaluatorAt(seat);
      return probeSeed({
        chainId: BigInt(chainId),
        contract: assay,
        roundId,
        versionId: stage.versionId,
        suiteHash: suiteHash(suite),
        roundSeed,
        evaluator: account.address,
        link: links.linkOf(roundId),
      });
    };
    /** Measures a model that is wrong now and then, as the round demands it of a seat. */
    const measure = async (seat: number): Promise<string> => {
      const seed = await seedOf(seat);
      const oracle = oracleOf(planOf(suite, "quick", seed));
      const server = await startModelServer((chat, response, request) =>
        chat.count % 9 === 4 ? "It depends." : oracle(chat, response, request),
      );
      const manifest = manifestOf(server.url);
      const allowPrivateHosts = ["127.0.0.1"];
      const outDir = await mkdtemp(join(directory, "measured-"));
      const { path } = await evaluate({
        manifest,
        suite,
        profile: "quick",
        seed,
        context: {},
        allowPrivateHosts,
        outDir,
      });
      await server.close();
      return readFile(path, "utf8");
    };
    /** Serves a blob and reveals a report on it. */
    const reveal = async (published: string, claim: Claim, seat = liar): Promise<Report> => {
      const evidenceHash = await sha256Of(bytesOf(published));
      const file = join(directory, "published.ndjson");
      await writeFile(file, published);
      await offered.put(evidenceHash, file);
      const { account, links } = evaluatorAt(seat);
      const said = { roundId, ...stage.subject, evaluator: account.address, evidenceHash, link: links.linkOf(roundId) };
      const report = await signed({ kind: "report", ...said, ...claim } as const, evaluatorAt(seat), stage.domain);
      await node.take(report);
      return report;
    };
    /** Has the liar open an item of the tree it signed, as a rival's challenge makes it do. */
    const challengeAndAnswer = async (report: Report, tree: ClaimedTree, item: number): Promise<void> => {
      const wallet = createWalletClient({ account: devAccount(roles.deployer), transport: http(stage.chain.rpcUrl) });
      const call = { address: stage.deployment.inspector, abi: inspectorAbi, chain: null } as const;
      const { signature, ...said } = report;
      const { request, answer } = openItem({ ...honest, tree }, item, 0);
      const path = { index: answer.path.index, siblings: [...answer.path.siblings] };
      const args = { ...answer, path, recordHashes: [...answer.recordHashes] };
      const asked = await wallet.writeContract({
        ...call,
        functionName: "challenge",
        args: [said, signature, request],
      });
      const answered = await wallet.writeContract({ ...call, functionName: "answer", args: [said, request, args] });
      for (const hash of [asked, answered])
        expect((await stage.client.waitForTransactionReceipt({ hash })).status).toBe("success");
    };
    const claimOf = ({ root }: ClaimedTree): Claim => ({
      evidenceRoot: root.hash,
      word: wordOfLanes(root.sums, root.counts) ?? 0n,
    });
    /** Slashes of the round. */
    const slashes = () =>
      stage.client.getContractEvents({
        address: stage.deployment.inspector,
        abi: inspectorAbi,
        eventName: "EvaluatorSlashed",
        args: { roundId },
        strict: true,
        fromBlock: 0n,
      });
    /** What is told of the round. */
    const told = (auditor: Auditor) => auditor.views().filter((view) => view.roundId === roundId);
    const metric = async (name: string) =>
      (await node.metrics.registry.metrics()).split("\n").filter((line) => line.startsWith(name));

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "assay-audits-"));
      suite = await quickTempered();
      // Small enough that a seat that has lost half of its bond, again and again, is drawn all the same.
      const policy = { evaluatorBondMin: seatBond / 1_000n };
      stage = await openCourtStage({ epochLength: 1_000n, suiteHash: suiteHash(suite), policy });
      liars = await openCourtNode(stage, evaluatorAt(liar), { seatId: BigInt(liar) });
      offered = new DirectoryStore(join(directory, "served"));
      const evidence = createEvidenceStore({ ...liars, evidenceDir: directory, shared: offered });
      const status = () => {
        throw new TypeError("nobody asks");
      };
      served = await serveApp(createStatusApp({ ...liars, status, evidence }), "127.0.0.1", 0);
      roundId = await stage.openRound();
      blob = await measure(liar);
      honest = await claimsIn(blob);
    }, 120_000);
    beforeEach(async () => {
      node = await openCourtNode(stage, evaluatorAt(auditing), { seatId: BigInt(auditing), place: place() });
      for (const table of ["peer_messages", "audits"]) await node.database.query(`delete from ${table}`);
    });
    afterEach(() => node.close());
    afterAll(async () => {
      await served.close();
      await liars.close();
      await stage.chain.close();
      await rm(directory, { recursive: true });
    });

    test("behavior: whoever reports what its evidence says is found clean, and nothing is sent", async () => {
      await reveal(blob, claimOf(honest.tree));
      const before = await node.sent();
      const auditor = await pursue();
      expect(told(auditor)).toEqual([]);
      expect((await metric("assay_audits_total")).filter((line) => !line.endsWith(" 0"))).toEqual([
        'assay_audits_total{finding="clean"} 1',
      ]);
      expect(await node.sent()).toBe(before);
      expect(await stage.bondOf(BigInt(liar))).toBe(seatBond);
    });

    describe("made-up sums", () => {
      let bond: bigint;
      beforeEach(async () => {
        roundId = await stage.openRound();
        bond = await stage.bondOf(BigInt(liar));
      });

      test("default: a word that does not follow from its evidence costs half of the bond, by a proof that a peer submits once", async () => {
        const { evidenceRoot, word } = claimOf(honest.tree);
        await reveal(blob, { evidenceRoot, word: word ^ 1n });
        await pursue();
        expect(await stage.bondOf(BigInt(liar))).toBe(bond / 2n);
        expect(await metric("assay_proofs_total")).toEqual(['assay_proofs_total{fault="wrong-sums",outcome="sent"} 1']);
        const before = await node.sent();
        await pursue();
        expect(await node.sent()).toBe(before);
      });

      test("behavior: a wrong sum inside the tree is proven as soon as an answer to a challenge shows it", async () => {
        const tree = withForgedNode(honest.tree, 2, 1);
        const report = await reveal(blob, claimOf(tree));
        const auditor = await pursue();
        expect(told(auditor)).toMatchObject([
          { finding: "unbacked", why: expect.stringContaining("a challenge of leaf 0 shows more") },
        ]);
        expect(await stage.bondOf(BigInt(liar))).toBe(bond);
        await challengeAndAnswer(report, tree, 0);
        await pursue(auditor);
        expect(told(auditor)).toMatchObject([{ finding: "wrongSums" }]);
        expect(await stage.bondOf(BigInt(liar))).toBe(bond / 2n);
      });

      test("behavior: so is a wrong leaf, by a node that was not in the committee and saw it on chain alone", async () => {
        const tree = withForgedNode(honest.tree, 0, 7);
        const report = await reveal(blob, claimOf(tree));
        await node.database.query("delete from peer_messages");
        await challengeAndAnswer(report, tree, 6);
        await pursue();
        expect(await stage.bondOf(BigInt(liar))).toBe(bond / 2n);
      });

      test("behavior: what was found outlives a restart, and is not proven by two", async () => {
        const { evidenceRoot, word } = claimOf(honest.tree);
        const report = await reveal(blob, { evidenceRoot, word: word ^ 1n });
        const found = auditorOf(node, auditing);
        await found.pursue(await node.look(), roundId + 1n);
        await found.settled();
        await rm(join(directory, "served"), { recursive: true });
        const peer = await openCourtNode(stage, evaluatorAt(2), { seatId: 2n });
        await peer.take(report);
        await pursue();
        expect(await stage.bondOf(BigInt(liar))).toBe(bond / 2n);
        const before = await peer.sent();
        await pursue(auditorOf(peer, 2), peer);
        expect(await peer.sent()).toBe(before);
        await peer.close();
      });

      test("behavior: a proof whose block vanishes is sent again", async () => {
        const { evidenceRoot, word } = claimOf(honest.tree);
        await reveal(blob, { evidenceRoot, word: word ^ 1n });
        const goBack = await stage.chain.snapshot();
        const auditor = await pursue();
        const [first] = await slashes();
        await goBack();
        for (let i = 0; i < 30; i += 1) await stage.chain.mine();
        const again = await eventually("the proof on the other branch", 60, async () => {
          await pursue(auditor);
          return (await slashes())[0];
        });
        expect(again.blockHash).not.toBe(first?.blockHash);
        expect(await stage.bondOf(BigInt(liar))).toBe(bond / 2n);
      });
    });

    describe("what no contract can tell, or was never signed", () => {
      beforeEach(async () => {
        roundId = await stage.openRound();
      });
      afterEach(async () => {
        expect(await metric("assay_proofs_total")).toEqual([]);
      });

      test("error: a grade that the reply does not earn is told, with the record", async () => {
        const forged = await forgeBlob(
          changeAttempt(recordsIn(blob), ({ family, grade }) => family !== "C" && grade === 0, { grade: 10_000 }),
        );
        await reveal(forged, claimOf((await claimsIn(forged)).tree));
        expect(told(await pursue())).toMatchObject([{ finding: "wrongRecord" }]);
      });

      test("error: probes of another round are told", async () => {
        await reveal(blob, claimOf(honest.tree));
        expect(told(await pursue())).toMatchObject([
          { finding: "wrongRecord", why: expect.stringContaining("probes were drawn with") },
        ]);
      });

      test("error: evidence that is no evidence is told", async () => {
        await reveal("no evidence\n", claimOf(honest.tree));
        expect(told(await pursue())).toMatchObject([{ finding: "unreadable", why: expect.stringContaining("line 1") }]);
      });

      test("behavior: a store that gives other bytes than were signed harms nobody", async () => {
        await reveal(blob, claimOf(honest.tree));
        const impostor = await serveApp(
          new Hono().get("*", (c) => c.text("something else\n")),
          "127.0.0.1",
          0,
        );
        const deceived = createAuditor({ ...partsOf(node, auditing), stores: [new HttpStore(impostor.url)] });
        expect(told(await pursue(deceived))).toEqual([]);
        await impostor.close();
      });

      test("behavior: evidence that is nowhere, and evidence above the bound, are left alone", async () => {
        const report = await reveal(blob, claimOf(honest.tree));
        const small = createAuditor({ ...partsOf(node, auditing), maxBytes: 1_000 });
        expect(told(await pursue(small))).toEqual([]);
        await rm(join(directory, "served", `${report.evidenceHash}.ndjson`));
        expect(told(await pursue())).toEqual([]);
      });
    });
  },
  "deep",
);
