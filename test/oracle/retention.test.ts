import { afterAll, beforeAll, expect, test } from "vitest";
import { checkRetention } from "../../oracle/court/checkRetention.ts";
import { closesAt, evidenceEpochs, oldestProvable, provableUntil } from "../../oracle/court/clocks.ts";
import { decimalJson } from "../../oracle/court/decimalJson.ts";
import { noFreeze } from "../../oracle/court/freezeTable.ts";
import { createRetention } from "../../oracle/court/retention.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { RefusedStart } from "../../oracle/service/refusedStart.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

const day = 86_400n;
const clocks = { genesis: 1_000, epochLength: Number(day) };
const freezeWindow = 7n * day;
const now = 1_000n + 100n * day;

describeOnEachDatabase(
  "how long evidence is kept",
  (place) => {
    let database: Database;

    const forgettable = (retainRounds = 64) =>
      createRetention({ database, clocks, policy: async () => ({ freezeWindow }), retainRounds }).forgettableBefore(
        now,
        101n,
      );

    beforeAll(async () => {
      database = await openDatabase(place(), nodeSchema);
    });
    afterAll(() => database.close());

    test("default: a round is closed two epochs after its own; a dispute outlasts a challenge", () => {
      expect(closesAt(clocks, 1n)).toBe(1_000n + 3n * day);
      // Three to post, seven of freeze, thirteen of dispute.
      expect(evidenceEpochs(clocks, freezeWindow)).toBe(23n);
      expect(evidenceEpochs(clocks, 0n)).toBe(16n);
      expect(provableUntil(clocks, oldestProvable(clocks, now))).toBeGreaterThanOrEqual(now);
      expect(provableUntil(clocks, oldestProvable(clocks, now) - 2n)).toBeLessThan(now);
    });

    test("error: a node that would forget too early does not start, and says what to set", () => {
      expect(() => checkRetention(clocks, freezeWindow, 23)).not.toThrow();
      expect(() => checkRetention(clocks, freezeWindow, 22)).toThrow(RefusedStart);
      expect(() => checkRetention(clocks, freezeWindow, 22)).toThrow(
        /retainRounds is 22.*23 rounds.*set retainRounds to 23/,
      );
    });

    test("behavior: as many rounds as the operator wants, and never fewer than can be asked for", async () => {
      expect(await forgettable(64)).toBe(101n - 64n);
      expect(await forgettable(8)).toBe(101n - 23n);
    });

    test("behavior: what is asked about right now is kept: a freeze, a dispute, a challenge", async () => {
      const freeze = (roundId: bigint, releasableAt: bigint) =>
        database.query("insert into freezes values ('0x', $1, $2)", [
          roundId.toString(),
          decimalJson({ ...noFreeze, releasableAt }),
        ]);
      await freeze(5n, now - 1n);
      expect(await forgettable()).toBe(37n);
      await freeze(30n, now + 1n);
      expect(await forgettable()).toBe(30n);
      await database.query(
        "insert into challenges values ('0x', '0', '0', '0', 25, '{}', $1, 'open'), ('0x', '1', '0', '0', 2, '{}', '5', 'open')",
        [(now + 1n).toString()],
      );
      expect(await forgettable()).toBe(25n);
      await database.query(
        "insert into disputes values (1, '0x', 20, '0x', '0', '0', 'drawn', '0', null, '0', '0', null), (2, '0x', 3, '0x', '0', '0', 'executed', '0', null, '0', '0', null)",
      );
      expect(await forgettable()).toBe(20n);
    });
  },
  "deep",
);
