import { zeroHash } from "viem";
import { describe, expect, test } from "vitest";
import { reportsRoot } from "../../domain/merkleReports.ts";
import { unpackResult } from "../../domain/result.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import { batchDigest } from "../../oracle/messages/messageDigest.ts";
import { type BuiltBatches, buildBatches, entriesOf, selectAll } from "../../oracle/node/buildBatches.ts";
import { judgeProposal } from "../../oracle/node/judgeProposal.ts";
import { quorumOf } from "../../oracle/node/poster.ts";
import { allRevealed, isComplete, reportSetOf } from "../../oracle/node/reportSet.ts";
import { rankOf } from "../../oracle/node/roundPlan.ts";
import {
  batchSignature,
  commitAndReport,
  domain,
  evaluatorAt,
  fullRound,
  received,
  resultWord,
  signedBatches,
  testPlan,
} from "./committee.ts";

const selfAt = (plan: ReturnType<typeof testPlan>, seat: number) => {
  const self = plan.members[seat];
  if (!self) throw new RangeError(`the plan has no seat ${seat}`);
  return self;
};

describe("reportSetOf", () => {
  test("default: reports that match their commitments count", async () => {
    const plan = testPlan(2);
    const set = reportSetOf(plan, await fullRound(plan, [0, 1, 2]));
    expect([...set.reports.values()].map((bySeat) => [...bySeat.keys()])).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(isComplete(plan, set)).toBe(true);
    expect(allRevealed(set)).toBe(true);
  });

  test("behavior: a report other than the one committed to does not exist", async () => {
    const plan = testPlan(1);
    const { commitment } = await commitAndReport(plan, 0, 0);
    const { report } = await commitAndReport(plan, 0, 0, resultWord({ retries: 5n }));
    const set = reportSetOf(plan, [received(commitment), received(report)]);
    expect([...set.reports.values()][0]?.size).toBe(0);
    expect(allRevealed(set)).toBe(false);
  });

  test("behavior: a late commitment does not count, nor does a report without one", async () => {
    const plan = testPlan(1);
    const late = await commitAndReport(plan, 0, 0);
    const bare = await commitAndReport(plan, 1, 0);
    const messages = [received(late.commitment, { late: true }), received(late.report), received(bare.report)];
    const set = reportSetOf(plan, messages);
    expect([...set.reports.values()][0]?.size).toBe(0);
    expect([...set.committed.values()][0]?.size).toBe(0);
  });

  test("behavior: who said two things about a version has said nothing about it", async () => {
    const plan = testPlan(2);
    const messages = await fullRound(plan, [0, 1, 2]);
    const liar = evaluatorAt(1).account.address;
    const [doubted] = plan.assignments;
    const marked = messages.map((each) =>
      each.message.evaluator === liar && each.subject === doubted?.versionId ? { ...each, contradicted: true } : each,
    );
    const { reports, committed } = reportSetOf(plan, marked);
    expect([...reports.values()].map((bySeat) => [...bySeat.keys()])).toEqual([
      [0, 2],
      [0, 1, 2],
    ]);
    expect([...committed.values()].map((seats) => [...seats])).toEqual([
      [0, 2],
      [0, 1, 2],
    ]);
  });
});

const otherBatch = {
  reportsRoot: zeroHash,
  entries: [{ modelId: 1n, digest: zeroHash, word: resultWord(), reporters: 1n }],
};

/** The one batch of a committee. */
function onlyOf(built: BuiltBatches | undefined) {
  const [only, ...others] = built?.batches ?? [];
  if (!only || others.length > 0) throw new RangeError(`there are ${built?.batches.length ?? 0} batches`);
  return only;
}

describe("buildBatches", () => {
  test("default: medians by model id, root over the reports in entry order, then seat order", async () => {
    const plan = testPlan(2);
    const messages = await fullRound(plan, [0, 1, 2], (seat) => resultWord({ retries: BigInt(seat) }));
    const set = reportSetOf(plan, messages);
    const { batch, digest, entries, signersNeeded } = onlyOf(buildBatches(domain, plan, set, selectAll(set)));
    expect(entries.map(({ modelId, reporters }) => [modelId, reporters])).toEqual([
      [1n, 0b111n],
      [2n, 0b111n],
    ]);
    expect(entries.map(({ word }) => unpackResult(word).retries)).toEqual([1n, 1n]);
    expect(entries.map(({ word }) => unpackResult(word).items)).toEqual([600n, 600n]);
    const leaves = [...set.reports].map(([versionId, bySeat]) => {
      return { versionId, reportDigests: [...bySeat.values()].map((report) => report.digest) };
    });
    expect(batch).toMatchObject({ roundId: 1n, shard: 0n, reportsRoot: reportsRoot(leaves) });
    expect(digest).toBe(batchDigest(domain, batch));
    expect(signersNeeded).toBe(2);
  });

  test("behavior: the order in which messages came changes nothing", async () => {
    const plan = testPlan(3);
    const messages = await fullRound(plan, [0, 1, 2], (seat, index) => resultWord({ retries: BigInt(seat + index) }));
    const forward = reportSetOf(plan, messages);
    const backward = reportSetOf(plan, messages.toReversed());
    expect(buildBatches(domain, plan, backward, selectAll(backward))).toEqual(
      buildBatches(domain, plan, forward, selectAll(forward)),
    );
  });

  test("behavior: a version with fewer reports than a result needs signers is left out", async () => {
    const plan = testPlan(2);
    const messages = await fullRound(plan, [0, 1]);
    const onlyOne = messages.filter(
      ({ message }) =>
        !("modelId" in message && message.modelId === 2n && message.evaluator === selfAt(plan, 1).signer),
    );
    const set = reportSetOf(plan, onlyOne);
    const built = buildBatches(domain, plan, set, selectAll(set));
    expect(onlyOf(built).entries.map(({ modelId }) => modelId)).toEqual([1n]);
  });

  test("behavior: a result that leaves out a gated family is left out", async () => {
    const plan = testPlan(2);
    const partial = resultWord({ flags: 0b1000111n });
    const messages = await fullRound(plan, [0, 1, 2], (seat, index) => {
      return seat === 2 && index === 0 ? partial : resultWord();
    });
    const set = reportSetOf(plan, messages);
    const built = buildBatches(domain, plan, set, selectAll(set));
    expect(onlyOf(built).entries.map(({ modelId }) => modelId)).toEqual([2n]);
  });

  test("behavior: a failing result needs two thirds of a committee, in reports and in signatures", async () => {
    const base = testPlan(1);
    // One of three would be enough for a result; a failing one needs two.
    const plan = { ...base, policy: { ...base.policy, committeeSize: 3n, quorum: 1n } };
    const failing = resultWord({ scores: [10_000n, 10_000n, 10_000n, 1_000n, 10_000n, 10_000n, 10_000n] });
    const alone = reportSetOf(plan, await fullRound(plan, [0], () => failing));
    expect(buildBatches(domain, plan, alone, selectAll(alone))).toBeUndefined();
    const good = reportSetOf(plan, await fullRound(plan, [0]));
    expect(onlyOf(buildBatches(domain, plan, good, selectAll(good))).signersNeeded).toBe(1);
    const two = reportSetOf(plan, await fullRound(plan, [0, 1], () => failing));
    expect(onlyOf(buildBatches(domain, plan, two, selectAll(two))).signersNeeded).toBe(2);
  });

  test("behavior: a failing result that needs more signers does not keep the others waiting", async () => {
    const base = testPlan(3);
    const plan = { ...base, policy: { ...base.policy, quorum: 1n } };
    const failing = resultWord({ scores: [10_000n, 10_000n, 10_000n, 1_000n, 10_000n, 10_000n, 10_000n] });
    const messages = await fullRound(plan, [0, 1, 2], (_, index) => (index === 1 ? failing : resultWord()));
    const set = reportSetOf(plan, messages);
    const built = buildBatches(domain, plan, set, selectAll(set));
    expect(
      built?.batches.map(({ entries, signersNeeded }) => [entries.map(({ modelId }) => modelId), signersNeeded]),
    ).toEqual([
      [[1n, 3n], 1],
      [[2n], 2],
    ]);
    const whole = { ...plan, policy: { ...plan.policy, quorum: 2n } };
    expect(onlyOf(buildBatches(domain, whole, set, selectAll(set))).entries).toHaveLength(3);
  });

  test("behavior: nothing to post without reports", () => {
    const plan = testPlan(2);
    const set = reportSetOf(plan, []);
    expect(buildBatches(domain, plan, set, selectAll(set))).toBeUndefined();
  });
});

describe("judgeProposal", () => {
  const propose = async (seats: readonly number[], by: number) => {
    const plan = testPlan(2);
    const set = reportSetOf(plan, await fullRound(plan, seats));
    const built = buildBatches(domain, plan, set, selectAll(set));
    if (!built) throw new RangeError("there is something to propose");
    return { plan, built, proposal: await batchSignature(plan, by, signedBatches(built)) };
  };

  test("default: what follows from the node's own reports is accepted", async () => {
    const { plan, built, proposal } = await propose([0, 1, 2], 0);
    const set = reportSetOf(plan, await fullRound(plan, [0, 1, 2]));
    expect(judgeProposal(domain, plan, set, selfAt(plan, 1), proposal)).toEqual({ accepted: built });
    expect(built.identity).toBe(onlyOf(built).digest);
  });

  test("error: reports that are not here", async () => {
    const { plan, proposal } = await propose([0, 1, 2], 0);
    const set = reportSetOf(plan, await fullRound(plan, [0, 1]));
    expect(judgeProposal(domain, plan, set, selfAt(plan, 1), proposal)).toEqual({
      refused: expect.stringContaining("not here"),
    });
  });

  test("error: a median that does not follow from the reports", async () => {
    const { plan, built } = await propose([0, 1, 2], 0);
    const entries = entriesOf(built).map((entry) => ({ ...entry, word: resultWord({ retries: 9n }) }));
    const forged = await batchSignature(plan, 0, [{ reportsRoot: onlyOf(built).batch.reportsRoot, entries }]);
    const set = reportSetOf(plan, await fullRound(plan, [0, 1, 2]));
    expect(judgeProposal(domain, plan, set, selfAt(plan, 1), forged)).toEqual({
      refused: expect.stringContaining("does not follow"),
    });
  });

  test("error: this node's own report left out", async () => {
    const { plan, proposal } = await propose([0, 2], 0);
    const messages = await fullRound(plan, [0, 1, 2]);
    const late = messages.map((message) => ({ ...message, receivedAt: plan.timing.revealBy + 1n }));
    expect(judgeProposal(domain, plan, reportSetOf(plan, late), selfAt(plan, 1), proposal)).toEqual({
      refused: expect.stringContaining("own report"),
    });
  });

  test("error: somebody else's report left out that was here in time; one that came late may be missing", async () => {
    const { plan, built, proposal } = await propose([0, 1], 0);
    const messages = await fullRound(plan, [0, 1, 2]);
    const set = reportSetOf(plan, messages);
    expect(judgeProposal(domain, plan, set, selfAt(plan, 1), proposal)).toEqual({
      refused: expect.stringContaining("in time"),
    });
    const third = selfAt(plan, 2).signer;
    const delayed = messages.map((entry) =>
      entry.message.evaluator === third ? { ...entry, receivedAt: plan.timing.revealBy + 1n } : entry,
    );
    expect(judgeProposal(domain, plan, reportSetOf(plan, delayed), selfAt(plan, 1), proposal)).toEqual({
      accepted: built,
    });
  });
});

describe("quorumOf", () => {
  test("default: every signature over a batch, packed and in seat order; none while there are too few", async () => {
    const base = testPlan(3);
    const plan = { ...base, policy: { ...base.policy, quorum: 1n } };
    const failing = resultWord({ scores: [10_000n, 10_000n, 10_000n, 1_000n, 10_000n, 10_000n, 10_000n] });
    const messages = await fullRound(plan, [0, 1, 2], (_, index) => (index === 1 ? failing : resultWord()));
    const set = reportSetOf(plan, messages);
    const built = buildBatches(domain, plan, set, selectAll(set));
    if (!built) throw new RangeError("there is something to sign");
    const sign = (seat: number) => batchSignature(plan, seat, signedBatches(built));
    const [two, none] = [received(await sign(2)), received(await batchSignature(plan, 0, [otherBatch]))];
    expect([...(quorumOf(plan, built, 0, [two, none])?.keys() ?? [])]).toEqual([2]);
    expect(quorumOf(plan, built, 1, [two, none])).toBeUndefined();
    const zero = received(await sign(0));
    for (const [index, { digest }] of built.batches.entries()) {
      const quorum = quorumOf(plan, built, index, [two, zero]);
      expect([...(quorum ?? [])]).toEqual([
        [0, await signDigests(evaluatorAt(0).account, [digest])],
        [2, await signDigests(evaluatorAt(2).account, [digest])],
      ]);
    }
  });
});

describe("quorumOf, with a member that has no report in the batch", () => {
  const sign = async (measuring: readonly number[], signing: readonly number[]) => {
    const base = testPlan(1);
    const plan = { ...base, policy: { ...base.policy, quorum: 2n } };
    const set = reportSetOf(plan, await fullRound(plan, measuring));
    const built = buildBatches(domain, plan, set, selectAll(set));
    if (!built) throw new RangeError("there is something to sign");
    const signatures = signing.map((seat) => batchSignature(plan, seat, signedBatches(built)));
    const quorum = quorumOf(
      plan,
      built,
      0,
      (await Promise.all(signatures)).map((each) => received(each)),
    );
    return [...(quorum?.keys() ?? [])];
  };

  test("default: who measured nothing takes no part, and is paid nothing", async () => {
    expect(await sign([1, 2], [0, 1, 2])).toEqual([1, 2]);
  });

  test("behavior: it fills up a quorum that would not come about without it", async () => {
    expect(await sign([1, 2], [0, 2])).toEqual([0, 2]);
  });
});

describe("rankOf", () => {
  test("default: every member is first once in as many rounds", () => {
    const firsts = [1n, 2n, 3n].map((roundId) => {
      const plan = testPlan(1, roundId);
      return plan.members.find(({ seat }) => rankOf(plan, seat) === 0n)?.seat;
    });
    expect(firsts.toSorted()).toEqual([0, 1, 2]);
  });
});
