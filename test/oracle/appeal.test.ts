import { type Hex, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seatsOf } from "../../domain/committee.ts";
import { probeSeed } from "../../domain/seed.ts";
import { suiteHash } from "../../evaluation/suite/suite.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { assayAbi } from "../../sdk/index.ts";
import { type AppealStage, disputeDeposit, openAppealStage, token } from "./appealStage.ts";
import { eventually } from "./eventually.ts";

const [confirmed, overturned] = [1, 2];
const good = 9_900n;
const appellant = devAccount(roles.deployer).address;

/** Waits until every signer of the second committee's word is paid, the same whatever it said. */
async function expectEverySignerPaid({ events, vaultEvents }: AppealStage): Promise<void> {
  // Who was too late for the proposal is not among the signers, and not paid.
  const signers = seatsOf((await events("ReevaluationPosted"))[0]?.args.signers ?? 0n);
  expect(signers.length).toBeGreaterThanOrEqual(2);
  const paid = await eventually("a fee for every signer", 60, async () => {
    const fees = await vaultEvents("ReevaluationFeePaid");
    return fees.length === signers.length ? fees : undefined;
  });
  expect(paid.map(({ args }) => args.assets)).toEqual(signers.map(() => token));
}

/** Results whose place in the log was taken by another. */
const overturnedResults = ({ client, deployment }: AppealStage) =>
  client.getContractEvents({
    address: deployment.assay,
    abi: assayAbi,
    eventName: "ResultOverturned",
    strict: true,
    fromBlock: 0n,
  });

describe("an appeal against a committee that was wrong", () => {
  let stage: AppealStage;

  beforeAll(async () => {
    stage = await openAppealStage({ name: "anchor", scores: [good, 2_000n, good, good, good, good, good] });
  }, 240_000);
  afterAll(() => stage.close());

  test("default: the nodes draw the second committee, measure again, commit, and reveal only when links may be shown", async () => {
    const posted = await stage.secondWord();
    expect(posted.args.verdict).toBe(overturned);
    expect(await stage.messages("report")).toHaveLength(3);
  }, 400_000);

  test("behavior: what was asked follows from the court, the dispute and its seed", async () => {
    const { deployment, nodes, suite, disputeId, versionId } = stage;
    const [drawn] = await stage.events("CommitteeDrawn");
    const reports = (await stage.messages("report")).filter((message) => message.kind === "report");
    for (const { evaluator, link, evidenceHash } of reports) {
      const served = await Promise.all(nodes.map(({ url }) => fetch(`${url}/evidence/${evidenceHash}`)));
      const blob = await served.find(({ status }) => status === 200)?.text();
      const header: { record: { seed: Hex } } = JSON.parse(blob?.split("\n")[0] ?? "{}");
      expect(header.record.seed).toBe(
        probeSeed({
          chainId: BigInt(deployment.chainId),
          contract: deployment.court,
          roundId: disputeId,
          versionId,
          suiteHash: suiteHash(suite),
          roundSeed: drawn?.args.seed ?? "0x",
          evaluator,
          link,
        }),
      );
    }
  });

  test("behavior: the dispute is carried out: stake and deposit are back, the result corrected, every signer paid", async () => {
    const executed = await stage.executed();
    expect(executed.args).toMatchObject({ outcome: overturned, stakeRestored: true });
    expect(await overturnedResults(stage)).toHaveLength(1);
    expect(await stage.vaultEvents("FreezeRestored")).toHaveLength(1);
    const [deposit] = await stage.vaultEvents("DepositSettled");
    expect(deposit?.args).toMatchObject({ to: appellant, assets: disputeDeposit, burnt: 0n, toCommons: 0n });
    await expectEverySignerPaid(stage);
  }, 180_000);

  test("behavior: status and metrics tell of it", async () => {
    for (const { url } of stage.nodes) {
      const status = await (await fetch(`${url}/status`)).json();
      expect(status.court.reevaluations).toMatchObject([{ disputeId: Number(stage.disputeId), outcome: "posted" }]);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('assay_reevaluations_total{outcome="posted"} 1');
    }
  });
});

describe("an appeal against a committee that was right", () => {
  let stage: AppealStage;

  beforeAll(async () => {
    // The two-step model carries over about half of its conversations, whoever asks it.
    stage = await openAppealStage({ name: "two-step", scores: [good, good, 4_000n, good, good, good, good] });
  }, 240_000);
  afterAll(() => stage.close());

  test("default: the second committee finds the same by probes of its own, and confirms", async () => {
    const posted = await stage.secondWord();
    expect(posted.args.verdict).toBe(confirmed);
  }, 400_000);

  test("behavior: the deposit is forfeited: half is burnt, half fills the commons fund; every signer is paid all the same", async () => {
    const executed = await stage.executed();
    expect(executed.args).toMatchObject({ outcome: confirmed, newWord: 0n, stakeRestored: false });
    const [deposit] = await stage.vaultEvents("DepositSettled");
    expect(deposit?.args).toEqual({
      to: zeroAddress,
      assets: disputeDeposit,
      burnt: disputeDeposit / 2n,
      toCommons: disputeDeposit / 2n,
    });
    await expectEverySignerPaid(stage);
  }, 180_000);

  test("behavior: the result stands, and the freeze is final: released when its window is over, never restored", async () => {
    const frozen = await stage.frozen();
    expect(frozen.contested).toBe(false);
    await stage.skipTo(frozen.releasableAt + 1n);
    await stage.release(frozen);
    expect(await stage.vaultEvents("FreezeReleased")).toHaveLength(1);
    expect(await stage.vaultEvents("FreezeRestored")).toEqual([]);
    expect(await overturnedResults(stage)).toEqual([]);
  }, 180_000);
});
