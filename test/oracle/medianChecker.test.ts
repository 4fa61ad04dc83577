import { concat, createWalletClient, http } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { medianResult } from "../../domain/median.ts";
import { reportsRoot } from "../../domain/merkleReports.ts";
import { createMedianChecker } from "../../oracle/court/medianChecker.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import type { Report } from "../../oracle/messages/message.ts";
import { batchDigest, reportDigest } from "../../oracle/messages/messageDigest.ts";
import { loadPlan } from "../../oracle/node/loadPlan.ts";
import { createPolicies } from "../../oracle/node/policies.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { assayAbi } from "../../sdk/index.ts";
import { evaluatorAt, evaluators, resultWord, signed } from "./committee.ts";
import { type CourtNode, type CourtStage, hashOf, openCourtNode, openCourtStage, seatBond } from "./courtStage.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

describeOnEachDatabase(
  "results that are no medians of their reports",
  (place) => {
    const epochLength = 1_000n;
    /** Was not asked by the others, and holds what they revealed. */
    const own = 0;
    let stage: CourtStage;
    let node: CourtNode;

    const post = async (roundId: bigint, wordOf: (right: bigint) => bigint): Promise<void> => {
      const reports: Report[] = [];
      for (const [seat, evaluator] of evaluators.entries()) {
        const [evidenceRoot, evidenceHash] = [hashOf(`root ${seat}`), hashOf(`evidence ${seat}`)];
        const link = evaluator.links.linkOf(roundId);
        const about = { roundId, ...stage.subject, evaluator: evaluator.account.address };
        const said = { ...about, word: resultWord({ retries: BigInt(seat) }), evidenceRoot, evidenceHash, link };
        reports.push(await signed({ kind: "report", ...said } as const, evaluator, stage.domain));
      }
      for (const report of reports) await node.take(report);
      const reportDigests = reports.map((report) => reportDigest(stage.domain, report));
      const word = wordOf(
        medianResult(
          reports.map((report) => report.word),
          600n,
        ),
      );
      const batch = {
        roundId,
        shard: 0n,
        reportsRoot: reportsRoot([{ versionId: stage.versionId, reportDigests }]),
        results: [{ ...stage.subject, word }],
      };
      const liars = [1, 2].map(evaluatorAt);
      const signatures = await Promise.all(
        liars.map(({ account }) => signDigests(account, [batchDigest(stage.domain, batch)])),
      );
      const wallet = createWalletClient({ account: devAccount(roles.deployer), transport: http(stage.chain.rpcUrl) });
      const hash = await wallet.writeContract({
        address: stage.deployment.assay,
        abi: assayAbi,
        chain: null,
        functionName: "post",
        args: [batch, 0b110n, concat(signatures)],
        gas: 10_000_000n,
      });
      expect((await stage.client.waitForTransactionReceipt({ hash })).status).toBe("success");
    };
    /** Looks once the round is closed, for as many turns as there are seats. */
    const check = async (roundId: bigint) => {
      const { client, deployment, domain } = stage;
      const sources = { own: evaluatorAt(own).account.address, deployment, fold: node.fold };
      const timing = { commitByBps: 7_000, revealByBps: 8_500 };
      const policies = createPolicies(client, deployment);
      const checker = createMedianChecker({
        ...node,
        client,
        domain,
        loadPlan: (record) => loadPlan({ ...sources, policies, timing }, record),
        clocks: deployment,
        stagger: 1n,
      });
      await stage.chain.skip(3 * Number(epochLength));
      for (let turn = 0; turn < 5; turn += 1) {
        await checker.pursue(await node.look(), roundId + 3n);
        await checker.stop();
        await stage.chain.skip(1);
      }
    };

    beforeAll(async () => {
      stage = await openCourtStage({ epochLength });
      node = await openCourtNode(stage, evaluatorAt(own), { seatId: BigInt(own), place: place() });
    });
    afterAll(async () => {
      await node.close();
      await stage.chain.close();
    });

    test("behavior: the median of the reports is nobody's fault", async () => {
      const roundId = await stage.openRound();
      await post(roundId, (right) => right);
      const before = await node.sent();
      await check(roundId);
      expect(await node.sent()).toBe(before);
    });

    test("default: whoever signed another word loses half of its bond, by a proof that a member submits", async () => {
      const roundId = await stage.openRound();
      await post(roundId, () => resultWord({ retries: 7n }));
      await check(roundId);
      expect(await Promise.all([0n, 1n, 2n].map(stage.bondOf))).toEqual([seatBond, seatBond / 2n, seatBond / 2n]);
    });
  },
  "deep",
);
