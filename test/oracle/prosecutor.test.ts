import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Message, Report } from "../../oracle/messages/message.ts";
import { reportDigest } from "../../oracle/messages/messageDigest.ts";
import { evaluatorAt, resultWord, signed } from "./committee.ts";
import { type CourtNode, type CourtStage, hashOf, openCourtNodes, openCourtStage, seatBond } from "./courtStage.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

describeOnEachDatabase(
  "proofs against evaluators who contradict themselves",
  (place) => {
    let stage: CourtStage;
    let nodes: CourtNode[];
    let roundId: bigint;

    const subjectOf = (seat: number) => ({ roundId, ...stage.subject, evaluator: evaluatorAt(seat).account.address });
    const reportOf = (seat: number, retries: bigint): Promise<Report> => {
      const [evidenceRoot, evidenceHash] = [hashOf("root"), hashOf("evidence")];
      const link = evaluatorAt(seat).links.linkOf(roundId);
      const said = { ...subjectOf(seat), word: resultWord({ retries }), evidenceRoot, evidenceHash, link };
      return signed({ kind: "report", ...said } as const, evaluatorAt(seat), stage.domain);
    };
    const commitmentTo = (report: Report, seat: number) => {
      const said = { ...subjectOf(seat), reportDigest: reportDigest(stage.domain, report) };
      return signed({ kind: "commitment", ...said } as const, evaluatorAt(seat), stage.domain);
    };
    const nodeAt = (seat: number): CourtNode => {
      const node = nodes[seat];
      if (!node) throw new RangeError(`no node ${seat}`);
      return node;
    };
    const take = async (node: CourtNode, messages: readonly Message[]) => {
      for (const message of messages) await node.take(message);
    };
    /** Looks at the chain and does what is due, until the node's turn has come for sure. */
    const pursue = async (node: CourtNode) => {
      const prosecutor = node.prosecutor();
      for (let turn = 0; turn < 5; turn += 1) {
        await prosecutor.pursue(await node.look(), roundId);
        await prosecutor.stop();
        await stage.chain.skip(1);
      }
    };

    beforeAll(async () => {
      stage = await openCourtStage({ epochLength: 1_000n });
      nodes = await openCourtNodes(stage, 2, place());
    });
    beforeEach(async () => {
      roundId = await stage.openRound();
    });
    afterAll(async () => {
      for (const node of nodes) await node.close();
      await stage.chain.close();
    });

    test("error: nothing is sent against this node's own key, nor for batch signatures that differ", async () => {
      const node = nodeAt(0);
      const before = await node.sent();
      await take(node, [await reportOf(0, 0n), await reportOf(0, 1n)]);
      const batch = (word: bigint) =>
        signed(
          {
            kind: "batchSignature",
            roundId,
            shard: 0n,
            evaluator: evaluatorAt(2).account.address,
            batches: [{ reportsRoot: hashOf("root"), entries: [{ ...stage.subject, word, reporters: 1n }] }],
          } as const,
          evaluatorAt(2),
          stage.domain,
        );
      await take(node, [await batch(resultWord()), await batch(resultWord({ retries: 1n }))]);
      await pursue(node);
      expect(await node.sent()).toBe(before);
      expect([await stage.bondOf(0n), await stage.bondOf(2n)]).toEqual([seatBond, seatBond]);
    });

    test("default: two reports cost the whole bond; one node pays for the proof, the others see that it is done", async () => {
      const messages = [await reportOf(2, 0n), await reportOf(2, 1n)];
      for (const node of nodes) await take(node, messages);
      await pursue(nodeAt(0));
      expect(await stage.bondOf(2n)).toBe(0n);
      const before = await nodeAt(1).sent();
      await pursue(nodeAt(1));
      expect(await nodeAt(1).sent()).toBe(before);
    });

    test("behavior: a seat without a bond is not worth another proof", async () => {
      const node = nodeAt(0);
      const before = await node.sent();
      await take(node, [await reportOf(2, 2n), await reportOf(2, 3n)]);
      await pursue(node);
      expect(await node.sent()).toBe(before);
    });

    test("behavior: a report that is not the one committed to costs the bond, too", async () => {
      const node = nodeAt(0);
      const [committed, revealed] = [await reportOf(1, 0n), await reportOf(1, 1n)];
      await take(node, [await commitmentTo(committed, 1), revealed]);
      await pursue(node);
      expect(await stage.bondOf(1n)).toBe(0n);
    });

    test("behavior: two commitments do; the proof that is refused is not tried without end", async () => {
      const node = nodeAt(1);
      const messages = [await reportOf(0, 0n), await reportOf(0, 1n)];
      for (const report of messages) await take(node, [await commitmentTo(report, 0)]);
      await pursue(node);
      expect(await stage.bondOf(0n)).toBe(0n);
    });
  },
  "deep",
);
