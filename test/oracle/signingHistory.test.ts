import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { ConflictingSignatureError, RoundBelowFloorError } from "../../oracle/history/signingErrors.ts";
import { verifyMessage } from "../../oracle/messages/verifyMessage.ts";
import { forgetRounds } from "../../oracle/node/forgetRounds.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createOwnMessages, type OwnMessages } from "../../oracle/node/ownMessages.ts";
import { batchSignature, commitAndReport, domain, evaluatorAt, resultWord, testPlan } from "./committee.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

describeOnEachDatabase("signing history", (place) => {
  const { account } = evaluatorAt(0);
  let database: Database;
  let own: OwnMessages;

  beforeAll(async () => {
    database = await openDatabase(place(), nodeSchema);
    own = createOwnMessages(database, domain, account);
  });
  afterAll(() => database.close());

  const reportOf = async (roundId: bigint, index: number, word = resultWord()) => {
    const { signature: _, ...unsigned } = (await commitAndReport(testPlan(3, roundId), 0, index, word)).report;
    return unsigned;
  };

  test("default: a report is signed with the commitment to it, and held back", async () => {
    const { report, commitment } = await own.signReport(await reportOf(10n, 0));
    await expect(verifyMessage(domain, report)).resolves.toBe(commitment.reportDigest);
    await expect(verifyMessage(domain, commitment)).resolves.toMatch(/^0x/);
    const kept = await own.ofRound(10n);
    expect(kept.map(({ message, released }) => [message.kind, released])).toEqual([
      ["commitment", true],
      ["report", false],
    ]);
  });

  test("behavior: signing the same again gives the same signature", async () => {
    const first = await own.signReport(await reportOf(11n, 0));
    const second = await own.signReport(await reportOf(11n, 0));
    expect(second).toEqual(first);
  });

  test("error: a second, different report on one version in one round is refused, also after a restart", async () => {
    const { report, commitment } = await own.signReport(await reportOf(12n, 0));
    await database.close();
    database = await openDatabase(place(), nodeSchema);
    own = createOwnMessages(database, domain, account);

    const worse = await reportOf(12n, 0, resultWord({ retries: 1n }));
    const refusal = await own.signReport(worse).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConflictingSignatureError);
    expect(refusal).toMatchObject({ signed: commitment.reportDigest });
    const kept = await own.ofRound(12n);
    expect(kept.map(({ message }) => message)).toEqual([commitment, report]);
  });

  test("behavior: another version, another round and another contract are other questions", async () => {
    await own.signReport(await reportOf(13n, 0));
    await own.signReport(await reportOf(13n, 1, resultWord({ retries: 1n })));
    await own.signReport(await reportOf(14n, 0, resultWord({ retries: 2n })));
    const elsewhere = createOwnMessages(database, { ...domain, chainId: 1n }, account);
    await expect(elsewhere.signReport(await reportOf(13n, 0, resultWord({ retries: 3n })))).resolves.toBeDefined();
  });

  test("error: one batch a round", async () => {
    const plan = testPlan(1, 15n);
    const [assignment] = plan.assignments;
    if (!assignment) throw new RangeError("the plan has one model");
    const entry = { modelId: assignment.modelId, digest: assignment.digest, word: resultWord(), reporters: 0b111n };
    const batch = { reportsRoot: assignment.digest, entries: [entry] };
    const { signature: _, ...unsigned } = await batchSignature(plan, 0, [batch]);
    await own.signBatch(unsigned);
    const worse = { ...batch, entries: [{ ...entry, word: resultWord({ retries: 1n }) }] };
    await expect(own.signBatch({ ...unsigned, batches: [batch, worse] })).rejects.toThrow(ConflictingSignatureError);
    const other = { ...unsigned, batches: [worse] };
    await expect(own.signBatch(other)).rejects.toThrow(ConflictingSignatureError);
  });

  test("behavior: a refused signature leaves no trace", async () => {
    await own.signReport(await reportOf(16n, 0));
    await own.signReport(await reportOf(16n, 0, resultWord({ retries: 1n }))).catch(() => undefined);
    const rows = await database.query("select * from signatures where round_id = 16");
    expect(rows.rows).toHaveLength(2);
  });

  test("error: rounds whose history was pruned are never signed for again", async () => {
    await own.signReport(await reportOf(20n, 0));
    await forgetRounds(database, 21n);
    const refusal = await own.signReport(await reportOf(20n, 0)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RoundBelowFloorError);
    expect(refusal).toMatchObject({ roundId: 20n, floor: 21n });
    await forgetRounds(database, 3n);
    await expect(own.signReport(await reportOf(20n, 0))).rejects.toThrow(RoundBelowFloorError);
    await expect(own.signReport(await reportOf(21n, 0))).resolves.toBeDefined();
  });
});
