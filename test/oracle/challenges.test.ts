import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import { DirectoryStore } from "../../evaluation/store/directoryStore.ts";
import { createChallengeAnswerer } from "../../oracle/court/challengeAnswerer.ts";
import type { Report } from "../../oracle/messages/message.ts";
import { createEvidenceStore } from "../../oracle/node/evidenceStore.ts";
import { inspectorAbi } from "../../sdk/index.ts";
import { oracleOf, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../evaluation/testSuite.ts";
import { evaluatorAt, signed } from "./committee.ts";
import { type CourtNode, type CourtStage, openCourtNode, openCourtStage } from "./courtStage.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

describeOnEachDatabase(
  "challenges for a node's evidence",
  (place) => {
    const seat = 0;
    const own = evaluatorAt(seat);
    let directory: string;
    let measured: Evaluation;
    let stage: CourtStage;
    let node: CourtNode;
    let shared: DirectoryStore;
    let report: Report;

    const evidence = () =>
      createEvidenceStore({ database: node.database, evidenceDir: directory, shared, log: node.log });
    const answerer = (seatId = BigInt(seat), answersForOthers = false) =>
      createChallengeAnswerer({
        ...node,
        clocks: stage.deployment,
        evidence: evidence(),
        packs: [],
        seatId,
        answersForOthers,
        stagger: 1n,
      });
    const challenge = (leafIndex: bigint, recordIndex: bigint) =>
      stage.actor.challenge(report, { leafIndex, recordIndex });
    const answers = async () => {
      const found = await stage.client.getContractEvents({
        address: stage.deployment.inspector,
        abi: inspectorAbi,
        eventName: "ChallengeAnswered",
        strict: true,
        fromBlock: 0n,
      });
      return found.filter(({ args }) => args.request.leafIndex >= 0n && args.leaf.counts > 0n).map(({ args }) => args);
    };
    /** As many passes as it takes to answer everything, each on a new block. */
    const pursue = async (duty = answerer()) => {
      for (let turn = 0; turn < 6; turn += 1) {
        await duty.pursue(await node.look());
        await duty.stop();
        await stage.chain.skip(2);
      }
      await duty.pursue(await node.look());
      return duty;
    };
    const metric = async (name: string) =>
      (await node.metrics.registry.metrics()).split("\n").find((line) => line.startsWith(name));

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "assay-challenges-"));
      shared = new DirectoryStore(join(directory, "shared"));
      const suite = await quickTempered();
      const server = await startModelServer(oracleOf(planOf(suite, "quick")));
      const outDir = join(directory, "round-1", "model-1");
      await mkdir(outDir, { recursive: true });
      const allowPrivateHosts = ["127.0.0.1"];
      measured = await evaluate({
        manifest: manifestOf(server.url),
        suite,
        profile: "quick",
        seed,
        context: {},
        allowPrivateHosts,
        outDir,
      });
      await server.close();
      stage = await openCourtStage({ epochLength: 1_000n });
    });
    beforeEach(async () => {
      const roundId = await stage.openRound();
      node = await openCourtNode(stage, own, { seatId: BigInt(seat), place: place() });
      const { word, evidenceRoot, evidenceHash } = measured;
      const link = own.links.linkOf(roundId);
      const said = {
        roundId,
        ...stage.subject,
        evaluator: own.account.address,
        word,
        evidenceRoot,
        evidenceHash,
        link,
      };
      report = await signed({ kind: "report", ...said } as const, own, stage.domain);
      await node.database.query("insert into evidence values ($1, $2, $3) on conflict do nothing", [
        evidenceHash,
        roundId.toString(),
        measured.path,
      ]);
    });
    afterEach(() => node.close());
    afterAll(async () => {
      await stage.chain.close();
      await rm(directory, { recursive: true });
    });

    test("default: a record, a record that is not there and an item beyond the last are all answered, once", async () => {
      const before = (await answers()).length;
      await challenge(3n, 0n);
      await challenge(3n, 999n);
      await challenge(99_999n, 0n);
      const duty = await pursue();
      expect((await answers()).slice(before).map(({ request }) => [request.leafIndex, request.recordIndex])).toEqual([
        [3n, 0n],
        [3n, 999n],
        [99_999n, 0n],
      ]);
      expect(duty.views()).toEqual([]);
      expect(await metric('assay_challenges_total{outcome="answered"}')).toMatch(/ 3$/);
      expect(await metric("assay_challenge_seconds_left")).toBe("assay_challenge_seconds_left +Inf");
    });

    test("behavior: a node that was down answers after its restart, from what chain and disk tell", async () => {
      await challenge(5n, 0n);
      await stage.chain.skip(1_500);
      const before = (await answers()).length;
      await pursue();
      expect((await answers()).length).toBe(before + 1);
    });

    test("behavior: evidence that the disk has lost comes from the store that has a copy", async () => {
      await shared.put(measured.evidenceHash, measured.path);
      const aside = join(dirname(measured.path), `aside-${basename(measured.path)}`);
      await rename(measured.path, aside);
      const before = (await answers()).length;
      await challenge(7n, 0n);
      await pursue();
      expect((await answers()).length).toBe(before + 1);
      await rename(aside, measured.path);
      await rm(shared.place, { recursive: true });
    });

    test("error: evidence that is nowhere is told loudly, and answered as soon as it is back", async () => {
      const aside = join(dirname(measured.path), `aside-${basename(measured.path)}`);
      await rename(measured.path, aside);
      await challenge(9n, 0n);
      const duty = await pursue();
      expect(duty.views()).toMatchObject([{ leafIndex: 9n, state: "evidence missing" }]);
      expect(await metric('assay_challenges_total{outcome="missing"}')).toMatch(/ 1$/);
      expect(await metric("assay_challenges_open")).toBe("assay_challenges_open 1");
      // What it has left is a part of what the contract gave it.
      const [whole, left] = await Promise.all(
        ["assay_challenge_answer_seconds", "assay_challenge_seconds_left"].map(async (name) =>
          Number((await metric(name))?.split(" ")[1]),
        ),
      );
      expect(whole).toBe(2_000);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(2_000);
      await rename(aside, measured.path);
      const after = await pursue(duty);
      expect(after.views()).toEqual([]);
    });

    test("behavior: others' challenges are answered only where the operator wants it", async () => {
      const stranger = 1n;
      const before = (await answers()).length;
      await challenge(11n, 0n);
      await pursue(answerer(stranger));
      expect((await answers()).length).toBe(before);
      await pursue(answerer(stranger, true));
      expect((await answers()).length).toBe(before + 1);
    });
  },
  "deep",
);
