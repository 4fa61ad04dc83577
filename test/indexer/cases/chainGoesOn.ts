import { describe, expect, test } from "vitest";
import { z } from "zod";
import { asExplanation } from "../admissionShape.ts";
import { cast, versionOf } from "../cast.ts";
import { freezeFields, freezeShape } from "../freezeShape.ts";
import { freePort, IndexerProcess } from "../IndexerProcess.ts";
import { accounts, stagePolicy, token } from "../Stage.ts";
import { time } from "../shapes.ts";
import { admissionsAt, type World } from "../World.ts";

/** Reorgs, later events, and a second start. The last of the cases: it changes the world. */
export function describeChainGoingOn(world: World): void {
  describe("the chain goes on", () => {
    const modelShape = z.object({
      model: z.object({
        stake: z.object({ bond: z.string(), openFreezes: z.number() }),
        freezes: z.object({ nodes: z.array(z.object({ open: z.boolean(), burnt: z.string().nullable() })) }),
        admission: z.object({ state: z.string() }),
      }),
    });
    const modelOf = (id: bigint) =>
      world.indexer.query(
        modelShape,
        "query ($id: BigInt!) { model(id: $id) { stake { bond openFreezes } freezes { nodes { open burnt } } admission { state } } }",
        { id: `${id}` },
      );

    test("behavior: a reorg takes rows back and puts the others in their place", async () => {
      const before = await modelOf(cast.newcomer);
      const snapshot = await world.stage.snapshot();
      await world.stage.bond(cast.newcomer, 111n * token);
      const orphan = await world.stage.register("orphan");
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      expect((await modelOf(cast.newcomer)).model.stake.bond).toBe(`${5_111n * token}`);

      await world.stage.revert(snapshot);
      await world.stage.bond(cast.newcomer, 222n * token);
      await world.stage.mine(3);
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      expect((await modelOf(cast.newcomer)).model.stake.bond).toBe(`${5_222n * token}`);
      expect(before.model.stake.bond).toBe(`${5_000n * token}`);
      expect(await world.indexer.ask(`{ model(id: "${orphan}") { name } }`)).toEqual({ data: { model: null } });
    });

    test("behavior: no answer mixes two blocks while they come in", async () => {
      const shape = z.object({
        model: z.object({ stake: z.object({ bond: z.string() }), activity: z.object({ totalCount: z.number() }) }),
        activity: z.object({ nodes: z.array(z.object({ blockNumber: z.string() })) }),
        meta: z.object({ block: z.object({ number: z.string() }) }),
      });
      const query = `{
        model(id: "${cast.newcomer}") { activity { totalCount } stake { bond } }
        activity(first: 1) { nodes { blockNumber } }
        meta { block { number } }
      }`;
      const bonds = 12;
      let isBonding = true;
      const bonding = (async () => {
        for (let i = 0; i < bonds; i += 1) await world.stage.bond(cast.newcomer, token);
        await world.indexer.caughtUp(await world.stage.chain.getBlock());
        isBonding = false;
      })();
      const seen = new Map<number, bigint>();
      while (isBonding) {
        const { model, activity, meta } = await world.indexer.query(shape, query);
        expect(Number(activity.nodes[0]?.blockNumber)).toBeLessThanOrEqual(Number(meta.block.number));
        const bond = BigInt(model.stake.bond);
        const { totalCount } = model.activity;
        expect(seen.get(totalCount) ?? bond).toBe(bond);
        seen.set(totalCount, bond);
      }
      await bonding;
      // One bond is one token and one entry of the feed: the two rise together.
      const counts = [...seen.keys()];
      const rises = counts.map((count) => (seen.get(count) ?? 0n) - BigInt(count) * token);
      expect(new Set(rises).size).toBe(1);
    });

    test("behavior: a released freeze ends the contest", async () => {
      expect((await modelOf(cast.faller)).model).toMatchObject({
        stake: { openFreezes: 1 },
        freezes: { nodes: [{ open: true, burnt: null }] },
        admission: { state: "Contested" },
      });
      await world.stage.advance(stagePolicy.freezeWindow);
      const id = `${versionOf("faller")}-${world.turns.freezeRound}`;
      const { freeze } = await world.indexer.query(
        z.object({ freeze: freezeShape }),
        `{ freeze(id: "${id}") { ${freezeFields} } }`,
      );
      // The record that the vault asks for is what the indexer answers.
      await world.stage.done(world.stage.vault(accounts.other).release([freeze]));
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      expect((await modelOf(cast.faller)).model).toMatchObject({
        stake: { openFreezes: 0 },
        freezes: { nodes: [{ open: false, burnt: expect.stringMatching(/^\d+$/) }] },
        admission: { state: "Suspended" },
      });
    });

    test("behavior: the guardian's pause keeps newcomers out, and ends by itself", async () => {
      await world.stage.done(world.stage.board(accounts.guardian).pause());
      const { timestamp } = await world.stage.chain.getBlock();
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      const week = 7n * 86_400n;
      for (const at of [timestamp, timestamp + week - 1n, timestamp + week]) {
        const answers = await admissionsAt(world, at);
        for (const [modelId, answer] of answers) {
          expect(asExplanation(answer)).toEqual(await world.stage.lens.read.explainAt([modelId, at]));
        }
        const codes = answers.get(cast.newcomer)?.reasons.map(({ code }) => code);
        expect(codes?.includes("paused")).toBe(at < timestamp + week);
      }
    });

    test("behavior: a log ends by time alone, a second after the last in which it can be replayed", async () => {
      const versionId = versionOf("faller");
      const [, until] = await world.stage.record.read.logOf([versionId]);
      const query = `{ version(id: "${versionId}") { log { until } } }`;
      const shape = z.object({ version: z.object({ log: z.object({ until: time }).nullable() }) });
      for (const [at, log] of [
        [until, { until }],
        [until + 1n, null],
      ] as const) {
        await world.stage.advanceTo(at);
        await world.indexer.caughtUp(await world.stage.chain.getBlock());
        expect(await world.indexer.query(shape, query)).toEqual({ version: { log } });
      }
    });

    test("behavior: ends on SIGTERM, and a second start goes on from its rows", async () => {
      const before = await admissionsAt(world);
      expect(await world.indexer.stop()).toBe(0);
      world.indexer = IndexerProcess.forStage(world.stage, world.directory, await freePort());
      await world.indexer.ready();
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      expect(await admissionsAt(world)).toEqual(before);
    }, 180_000);
  });
}
