import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { pino } from "pino";
import type { LocalAccount } from "viem";
import { toAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { guardAccount } from "../../oracle/history/guardAccount.ts";
import {
  ConflictingSignatureError,
  NotForSigningError,
  RoundBelowFloorError,
} from "../../oracle/history/signingErrors.ts";
import { openSigningJournal } from "../../oracle/history/signingJournal.ts";
import { tellFailures } from "../../oracle/keys/tellingAccount.ts";
import { type Message, type Report, stringifyMessage, type Unsigned } from "../../oracle/messages/message.ts";
import { messageDigest } from "../../oracle/messages/messageDigest.ts";
import { sessionOfDispute } from "../../oracle/messages/session.ts";
import { signMessage } from "../../oracle/messages/signMessage.ts";
import { verifyMessage } from "../../oracle/messages/verifyMessage.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { journalPath, openHistory } from "../../oracle/node/openHistory.ts";
import { createOwnMessages } from "../../oracle/node/ownMessages.ts";
import { batchSignature, commitAndReport, domain, evaluatorAt, resultWord, testPlan } from "./committee.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

const { account: key } = evaluatorAt(0);
const log = pino({ level: "silent" });
const better = resultWord();
const worse = resultWord({ retries: 1n });

const unsigned = <T extends Message>({ signature: _, ...message }: T): Omit<T, "signature"> => message;
const reportOf = async (roundId: bigint, index = 0, word = better): Promise<Unsigned<Report>> =>
  unsigned((await commitAndReport(testPlan(3, roundId), 0, index, word)).report);
const commitmentOf = async (roundId: bigint, word = better) =>
  unsigned((await commitAndReport(testPlan(1, roundId), 0, 0, word)).commitment);

describeOnEachDatabase(
  "what a key has signed",
  (place) => {
    let directory: string;
    let database: Database;
    // Making a database costs more than all tests together.
    beforeAll(async () => {
      database = await openDatabase(place(), nodeSchema);
    });
    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), "assay-guard-"));
      for (const table of ["signatures", "own_messages", "unsigned_messages", "settings"])
        await database.query(`delete from ${table}`);
    });
    afterEach(() => rmSync(directory, { recursive: true }));
    afterAll(() => database.close());

    describe("the signing key behind its journal", () => {
      const open = () => openSigningJournal(journalPath(directory));

      test("default: a statement is signed, again and again; another one in its place never, also after a restart", async () => {
        let journal = open();
        const report = await reportOf(1n);
        const signature = await signMessage(guardAccount(key, journal), domain, report);
        await expect(verifyMessage(domain, { ...report, signature })).resolves.toMatch(/^0x/);
        expect(await signMessage(guardAccount(key, journal), domain, report)).toBe(signature);
        journal.close();
        journal = open();
        const other = signMessage(guardAccount(key, journal), domain, await reportOf(1n, 0, worse));
        await expect(other).rejects.toThrow(ConflictingSignatureError);
        journal.close();
      });

      test("error: a commitment binds the report, and a report the commitment", async () => {
        const journal = open();
        const guarded = guardAccount(key, journal);
        await signMessage(guarded, domain, await commitmentOf(2n));
        await expect(signMessage(guarded, domain, await reportOf(2n, 0, worse))).rejects.toThrow(
          ConflictingSignatureError,
        );
        await signMessage(guarded, domain, await reportOf(3n));
        await expect(signMessage(guarded, domain, await commitmentOf(3n, worse))).rejects.toThrow(
          ConflictingSignatureError,
        );
        journal.close();
      });

      test("error: a version stands in one batch of a round; a dispute is another question than the round of its number", async () => {
        const journal = open();
        const guarded = guardAccount(key, journal);
        const plan = testPlan(1, 4n);
        const entry = { ...(await reportOf(4n)), reporters: 3n };
        const batchOf = async (word: bigint, of = plan) =>
          unsigned(
            await batchSignature(of, 0, [
              { reportsRoot: entry.digest, entries: [{ modelId: 1n, digest: entry.digest, word, reporters: 3n }] },
            ]),
          );
        await signMessage(guarded, domain, await batchOf(better));
        await expect(signMessage(guarded, domain, await batchOf(worse))).rejects.toThrow(ConflictingSignatureError);
        const dispute = testPlan(1, sessionOfDispute(4n));
        await signMessage(guarded, domain, await batchOf(worse, dispute));
        await expect(signMessage(guarded, domain, await batchOf(better, dispute))).rejects.toThrow(
          ConflictingSignatureError,
        );
        journal.close();
      });

      test("error: nothing but evaluators' statements", async () => {
        const journal = open();
        const guarded = guardAccount(key, journal);
        await expect(guarded.signMessage({ message: "hello" })).rejects.toThrow(NotForSigningError);
        await expect(guarded.signTransaction({ to: key.address, chainId: 1 })).rejects.toThrow(NotForSigningError);
        const permit = { Permit: [{ name: "spender", type: "address" }] } as const;
        const typed = {
          domain: { name: "Assay", version: "1", chainId: 1, verifyingContract: key.address },
          types: permit,
          primaryType: "Permit",
          message: { spender: key.address },
        } as const;
        await expect(guarded.signTypedData(typed)).rejects.toThrow(NotForSigningError);
        journal.close();
      });

      test("error: below the floor, which never falls", async () => {
        const journal = open();
        const guarded = guardAccount(key, journal);
        await signMessage(guarded, domain, await reportOf(5n));
        const [entry] = journal.entries();
        if (!entry) throw new RangeError("the journal is empty");
        journal.raiseFloor(entry.domain, 6n);
        journal.raiseFloor(entry.domain, 2n);
        await expect(signMessage(guarded, domain, await reportOf(5n))).rejects.toThrow(RoundBelowFloorError);
        expect(journal.entries()).toEqual([]);
        journal.close();
      });
    });

    describe("own messages", () => {
      test("behavior: of contradicting reports asked for at once, in any order, exactly one is ever signed", async () => {
        let roundId = 100n;
        const words = [0n, 1n, 2n].map((retries) => resultWord({ retries }));
        const orders = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 8 });
        const journal = openSigningJournal(journalPath(directory));
        const signed: Message[] = [];
        const own = createOwnMessages(database, domain, guardAccount(key, journal));
        await fc.assert(
          fc.asyncProperty(orders, async (order) => {
            roundId += 1n;
            const reports = await Promise.all(order.map((word) => reportOf(roundId, 0, words[word] ?? better)));
            const outcomes = await Promise.allSettled(reports.map((report) => own.signReport(report)));
            const first = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.report] : []));
            signed.push(...first);
            expect(new Set(first.map((report) => messageDigest(domain, report))).size).toBe(1);
            const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
            for (const reason of refused) expect(reason).toBeInstanceOf(ConflictingSignatureError);
          }),
          { seed: 3, numRuns: 25 },
        );
        const digests = new Map<bigint, Set<string>>();
        for (const message of signed)
          digests.set(message.roundId, (digests.get(message.roundId) ?? new Set()).add(messageDigest(domain, message)));
        expect([...digests.values()].every(({ size }) => size === 1)).toBe(true);
        journal.close();
      });

      /** The key, but only while it is reachable. */
      const flaky = () => {
        let isUp = false;
        const account: LocalAccount = toAccount({
          ...key,
          signTypedData: (typed) => (isUp ? key.signTypedData(typed) : Promise.reject(new Error("the signer is down"))),
        });
        return { account, up: () => (isUp = true) };
      };

      test("behavior: a signer that fails is told of once, and again when it works", async () => {
        const { account, up } = flaky();
        const lines: { level: number; msg: string; reason?: string }[] = [];
        const telling = tellFailures(account, pino({}, { write: (line) => void lines.push(JSON.parse(line)) }));
        const own = createOwnMessages(database, domain, telling.account);
        await expect(own.signReport(await reportOf(8n))).rejects.toThrow("the signer is down");
        for (const _ of [1, 2, 3]) {
          await own.ofRound(8n);
          await own.settled();
        }
        expect(lines.map(({ level, msg, reason }) => [level, msg, reason])).toEqual([
          [50, "signing fails; tried again on every pass", "the signer is down"],
        ]);
        expect(telling.failure()).toBe("the signer is down");
        up();
        await own.ofRound(8n);
        await own.settled();
        expect(lines.at(-1)?.msg).toBe("signing works again");
        expect(telling.failure()).toBeUndefined();
      });

      test("behavior: a report whose signer does not answer is kept, signed later, and no other takes its place", async () => {
        const { account, up } = flaky();
        const own = createOwnMessages(database, domain, account);
        const report = await reportOf(7n);
        await expect(own.signReport(report)).rejects.toThrow("the signer is down");
        expect(await own.ofRound(7n)).toEqual([]);
        expect((await own.recorded(7n)).size).toBe(1);
        await own.settled();
        up();
        const restarted = createOwnMessages(database, domain, account);
        await expect(restarted.signReport(await reportOf(7n, 0, worse))).rejects.toThrow(ConflictingSignatureError);
        await restarted.ofRound(7n);
        await restarted.settled();
        const kept = await restarted.ofRound(7n);
        expect(kept.map(({ message, released }) => [message.kind, released])).toEqual([
          ["commitment", true],
          ["report", false],
        ]);
        for (const { message } of kept) await expect(verifyMessage(domain, message)).resolves.toMatch(/^0x/);
      });
    });

    describe("a history that may not be the key's whole one", () => {
      /** A board with the messages given; silent until told otherwise. */
      const startBoard = async (messages: readonly Message[]) => {
        let isUp = true;
        const server = createServer((_, response) => {
          if (!isUp) return void response.writeHead(503).end();
          const listed = messages.map((message, i) => ({
            cursor: i + 1,
            message: JSON.parse(stringifyMessage(message)),
          }));
          response.end(JSON.stringify({ board: "one", messages: listed, next: null }));
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const address = server.address();
        if (typeof address !== "object" || address === null) throw new TypeError("no port");
        return {
          url: `http://127.0.0.1:${address.port}`,
          answers: (next: boolean) => {
            isUp = next;
          },
          close: () => server.close(),
        };
      };
      const boards: { close(): void }[] = [];
      afterAll(() => {
        for (const board of boards) board.close();
      });
      const board = async (messages: readonly Message[]) => {
        const started = await startBoard(messages);
        boards.push(started);
        return started;
      };
      const open = (urls: readonly string[], startedAt: bigint) =>
        openHistory({ database, directory, domain, account: key, boards: urls, log }, startedAt);
      /** A round that began at second 1,000 and closes at 4,000. */
      const plan = (roundId: bigint) => ({
        ...testPlan(2, roundId),
        timing: { startsAt: 1_000n, commitBy: 1_700n, revealBy: 1_850n, closesAt: 4_000n },
      });

      test("default: what a board shows counts as signed, also when the report behind it is lost", async () => {
        const { commitment } = await commitAndReport(plan(9n), 0, 0);
        const { url } = await board([commitment]);
        const history = await open([url], 1_500n);
        expect(await history.mayTakePart(plan(9n), undefined, 1_500n)).toBe(true);
        const { ownMessages } = history;
        await expect(ownMessages.signReport(await reportOf(9n, 0, worse))).rejects.toThrow(ConflictingSignatureError);
        expect((await ownMessages.ofRound(9n)).map(({ message }) => message)).toEqual([commitment]);
        await expect(ownMessages.signReport(await reportOf(9n, 1))).resolves.toBeDefined();
        await history.close();
      });

      test("error: forged messages, and those of others, count for nothing", async () => {
        const { commitment } = await commitAndReport(plan(9n), 0, 0, worse);
        const others = await commitAndReport(plan(9n), 1, 0);
        const { url } = await board([{ ...commitment, signature: others.commitment.signature }, others.commitment]);
        const history = await open([url], 1_500n);
        expect(await history.mayTakePart(plan(9n), undefined, 1_500n)).toBe(true);
        await expect(history.ownMessages.signReport(await reportOf(9n))).resolves.toBeDefined();
        await history.close();
      });

      test("behavior: a new history waits for every board with the rounds that were open at the start, and with no others", async () => {
        const [good, late] = [await board([]), await board([])];
        late.answers(false);
        const history = await open([good.url, late.url], 1_500n);
        expect(await history.mayTakePart(plan(9n), undefined, 1_500n)).toBe(false);
        expect(history.heldBack()).toEqual([9n]);
        const next = { ...plan(10n), timing: { ...plan(10n).timing, startsAt: 2_000n } };
        expect(await history.mayTakePart(next, undefined, 2_000n)).toBe(true);
        late.answers(true);
        expect(await history.mayTakePart(plan(9n), undefined, 2_001n)).toBe(true);
        expect(history.heldBack()).toEqual([]);
        await history.close();
      });

      test("behavior: a restart goes on at once, a day-old backup waits, and a start that waits leaves no mark that it was over", async () => {
        const away = "http://127.0.0.1:9";
        const first = await open([away], 900n);
        await first.watch(1_200n);
        await first.close();
        const restarted = await open([away], 1_700n);
        expect(await restarted.mayTakePart(plan(9n), undefined, 1_700n)).toBe(true);
        await restarted.close();
        for (const attempt of [1, 2]) {
          const backup = await open([away], 2_000n);
          expect([attempt, await backup.mayTakePart(plan(9n), undefined, 2_000n)]).toEqual([attempt, false]);
          await backup.watch(2_100n);
          await backup.close();
        }
      });

      test("behavior: what only one of journal and tables knows, both know after the start", async () => {
        const { url } = await board([]);
        const history = await open([url], 900n);
        await history.ownMessages.signReport(await reportOf(20n));
        await history.close();
        await database.query("delete from signatures");
        await database.query("delete from own_messages");
        const again = await open([url], 900n);
        await expect(again.ownMessages.signReport(await reportOf(20n, 0, worse))).rejects.toThrow(
          ConflictingSignatureError,
        );
        expect((await again.ownMessages.recorded(20n)).size).toBe(1);
        await again.close();
        rmSync(journalPath(directory));
        const moved = await open([url], 900n);
        const journal = openSigningJournal(journalPath(directory));
        expect(journal.entries().map(({ kind }) => kind)).toEqual(["commitment", "report"]);
        journal.close();
        await moved.close();
      });

      test("error: a batch with this key's signature is on chain: no other is signed", async () => {
        const { url } = await board([]);
        const history = await open([url], 1_500n);
        expect(await history.mayTakePart(plan(21n), { participated: 0b1n }, 1_500n)).toBe(true);
        const of = { modelId: 1n, digest: (await reportOf(21n)).digest, word: better, reporters: 3n };
        const batch = unsigned(await batchSignature(plan(21n), 0, [{ reportsRoot: of.digest, entries: [of] }]));
        await expect(history.ownMessages.signBatch(batch)).rejects.toThrow(ConflictingSignatureError);
        await history.close();
      });
    });
  },
  "deep",
);
