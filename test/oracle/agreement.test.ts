import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { buildBatches, selectToPropose } from "../../oracle/node/buildBatches.ts";
import { judgeProposal } from "../../oracle/node/judgeProposal.ts";
import type { PeerMessage } from "../../oracle/node/peerMessages.ts";
import { type ReportSet, reportSetOf } from "../../oracle/node/reportSet.ts";
import type { Member } from "../../oracle/node/roundPlan.ts";
import { proposeFrom, revealFrom, spreadOf } from "../../oracle/node/roundTiming.ts";
import {
  batchSignature,
  commitAndReport,
  domain,
  received,
  resultWord,
  signedBatches,
  testEvaluator,
  testPlan,
} from "./committee.ts";

/**
 * Two honest members (0 and 1) and one that sends what it likes to whom it likes when it likes (2). Boards may hide, delay, double and
 * reorder; what one honest member sees the other one sees at most a spread later, over some board that works.
 */
describe("agreement of honest members", () => {
  const plan = testPlan(2);
  const { timing } = plan;
  const spread = Number(spreadOf(timing));
  const closesAt = revealFrom(timing);
  /** Commitments and reports by member, model and kind. */
  const pool: PeerMessage[] = [];
  const members = plan.members.slice(0, 2);

  beforeAll(async () => {
    for (const seat of [0, 1, 2])
      for (const index of [0, 1]) {
        const pair = await commitAndReport(plan, seat, index, resultWord({ retries: BigInt(seat * 10 + index) }));
        pool.push(received(pair.commitment), received(pair.report));
      }
  });

  /** When each honest member sees one message; undefined: nobody ever. */
  const arrival = (fromHonest: boolean, kind: "commitment" | "report") =>
    fc.record({
      at:
        kind === "commitment"
          ? fc.integer({ min: 0, max: Number(fromHonest ? timing.commitBy - BigInt(spread) : timing.revealBy) })
          : fc.integer({ min: Number(closesAt), max: Number(fromHonest ? timing.revealBy : timing.closesAt) }),
      delays: fc.tuple(fc.integer({ min: 0, max: spread }), fc.integer({ min: 0, max: spread })),
      isSent: fromHonest ? fc.constant(true) : fc.boolean(),
      copies: fc.integer({ min: 1, max: 3 }),
    });
  const histories = fc.record({
    arrivals: fc.tuple(
      ...[0, 1, 2].flatMap((seat) =>
        [0, 1].flatMap(() => [arrival(seat < 2, "commitment"), arrival(seat < 2, "report")]),
      ),
    ),
    shuffle: fc.array(fc.nat(1_000), { minLength: 36, maxLength: 36 }),
  });
  type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

  /** What a member holds at a time, in whatever order the boards showed it. */
  const setOf = ({ arrivals, shuffle }: History, member: 0 | 1, until: number): ReportSet => {
    const shown = arrivals.flatMap(({ at, delays, isSent, copies }, i) => {
      const seen = at + delays[member];
      const message = pool[i];
      if (!message || !isSent || seen > until) return [];
      const late = message.message.kind === "commitment" && BigInt(seen) > closesAt;
      return Array.from({ length: copies }, () => ({ ...message, receivedAt: BigInt(seen), late }));
    });
    const order = new Map(shown.map((message, i) => [message, shuffle[i] ?? i]));
    return reportSetOf(
      plan,
      shown.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
    );
  };

  const seenAt = ({ arrivals }: History, member: 0 | 1, index: number): number => {
    const arrival = arrivals[index];
    return arrival ? arrival.at + arrival.delays[member] : Number.POSITIVE_INFINITY;
  };

  const propose = async (set: ReportSet, seat: number) => {
    const built = buildBatches(domain, plan, set, selectToPropose(plan, set));
    return built && batchSignature(plan, seat, signedBatches(built));
  };
  const judge = (set: ReportSet, self: Member | undefined, proposal: Awaited<ReturnType<typeof propose>>) => {
    if (!self || !proposal) throw new RangeError("there is a member and a proposal");
    return judgeProposal(domain, plan, set, self, proposal);
  };

  test("default: what an honest member proposes every other honest member signs, whatever boards and the third do", async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.constantFrom(0 as const, 1 as const), async (history, proposer) => {
        const other = proposer === 0 ? 1 : 0;
        const at = Number(proposeFrom(timing));
        const proposal = await propose(setOf(history, proposer, at), proposer);
        expect(proposal).toBeDefined();
        const judgement = judge(setOf(history, other, at + spread), members[other], proposal);
        expect(judgement).toHaveProperty("accepted");
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test("behavior: a report that was in time for one honest member cannot be left out by the third", async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(11), async (history, victim) => {
        const all = setOf(history, 0, Number(timing.closesAt));
        const message = pool[victim]?.message;
        if (message?.kind !== "report" || message.evaluator === testEvaluator(2).account.address) return;
        const [committed, revealed] = [seenAt(history, 0, victim - 1), seenAt(history, 0, victim)];
        if (committed > Number(timing.commitBy) || revealed > Number(timing.revealBy)) return;
        const without = reportSetOf(
          plan,
          pool.filter((_, i) => i !== victim && history.arrivals[i]?.isSent),
        );
        const proposal = await propose(without, 2);
        // A version may be missing as a whole where what was in time to others makes no result.
        const isAbout = proposal?.batches.some(({ entries }) =>
          entries.some(({ modelId }) => modelId === message.modelId),
        );
        if (isAbout) expect(judge(all, members[0], proposal)).toHaveProperty("refused");
      }),
      { seed: 6, numRuns: 20 },
    );
  });
});
