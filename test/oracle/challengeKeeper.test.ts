import { erc20Abi } from "viem";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { evaluatorAt, resultWord, signed } from "./committee.ts";
import {
  type CourtNode,
  type CourtStage,
  hashOf,
  openCourtNodes,
  openCourtStage,
  seatBond,
  token,
} from "./courtStage.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

const epochLength = 1_000;
/** What a challenge needs to be answered in, in seconds: two epochs. */
const answerTime = 2 * epochLength;
/** Of an evaluator that shows no evidence: 5 % of its bond. */
const afterLoss = (seatBond * 95n) / 100n;

describeOnEachDatabase(
  "challenges that nobody has answered",
  (place) => {
    let stage: CourtStage;
    let nodes: CourtNode[];
    let roundId: bigint;

    const nodeAt = (seat: number): CourtNode => {
      const node = nodes[seat];
      if (!node) throw new RangeError(`no node ${seat}`);
      return node;
    };
    const challenge = async (seat: number, leaves: readonly bigint[]): Promise<void> => {
      const { account, links } = evaluatorAt(seat);
      const report = await signed(
        {
          kind: "report",
          roundId,
          ...stage.subject,
          evaluator: account.address,
          word: resultWord(),
          evidenceRoot: hashOf("root"),
          evidenceHash: hashOf("evidence"),
          link: links.linkOf(roundId),
        } as const,
        evaluatorAt(seat),
        stage.domain,
      );
      for (const leafIndex of leaves) await stage.actor.challenge(report, { leafIndex, recordIndex: 0n });
    };
    const depositor = devAccount(roles.deployer).address;
    const tokensOf = (owner: `0x${string}`) =>
      stage.client.readContract({
        address: stage.deployment.token,
        abi: erc20Abi,
        functionName: "balanceOf",
        args: [owner],
      });
    /** Looks at the chain and does what is due, until the node's turn has come for sure. */
    const pursue = async (node: CourtNode) => {
      const keeper = node.challengeKeeper();
      for (let turn = 0; turn < 6; turn += 1) {
        await keeper.pursue(await node.look());
        await keeper.stop();
        await stage.chain.skip(2);
      }
    };
    const upheld = async ({ metrics }: CourtNode): Promise<number> => {
      const { values } = await metrics.proofs.get();
      return values
        .filter(({ labels }) => labels.fault === "unavailable" && labels.outcome === "sent")
        .reduce((sum, { value }) => sum + value, 0);
    };

    beforeAll(async () => {
      stage = await openCourtStage({ epochLength: BigInt(epochLength) });
      nodes = await openCourtNodes(stage, 2, place());
    });
    beforeEach(async () => {
      roundId = await stage.openRound();
    });
    afterAll(async () => {
      for (const node of nodes) await node.close();
      await stage.chain.close();
    });

    test("behavior: nothing is upheld while the evaluator can still answer", async () => {
      const before = await nodeAt(0).sent();
      await challenge(2, [0n]);
      await stage.chain.skip(answerTime - 100);
      await pursue(nodeAt(0));
      expect(await nodeAt(0).sent()).toBe(before);
      expect(await stage.bondOf(2n)).toBe(seatBond);
    });

    test("default: the bond pays once for a report, every deposit goes back, and one node pays the gas", async () => {
      const rich = await tokensOf(depositor);
      await challenge(2, [0n, 7n]);
      expect(await tokensOf(depositor)).toBe(rich - 2n * token);
      await stage.chain.skip(answerTime);
      // The one before is due as well: what was left open is closed whenever it is seen.
      await pursue(nodeAt(0));
      expect(await stage.bondOf(2n)).toBe((afterLoss * 95n) / 100n);
      expect(await tokensOf(depositor)).toBe(rich + token);
      expect(await upheld(nodeAt(0))).toBe(3);
      const before = await nodeAt(1).sent();
      await pursue(nodeAt(1));
      expect(await nodeAt(1).sent()).toBe(before);
    });

    test("error: a node does not uphold against its own seat; others do", async () => {
      await challenge(0, [3n]);
      await stage.chain.skip(answerTime);
      const before = await nodeAt(0).sent();
      await pursue(nodeAt(0));
      expect(await nodeAt(0).sent()).toBe(before);
      await pursue(nodeAt(1));
      expect(await stage.bondOf(0n)).toBe(afterLoss);
      expect(await upheld(nodeAt(1))).toBe(1);
    });
  },
  "deep",
);
