import { describe, expect, test } from "vitest";
import { z } from "zod";
import { freePort, IndexerProcess } from "../IndexerProcess.ts";
import { cast } from "../playStory.ts";
import { stagePolicy, token } from "../Stage.ts";
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

    test("behavior: a released freeze ends the contest", async () => {
      expect((await modelOf(cast.faller)).model).toMatchObject({
        stake: { openFreezes: 1 },
        freezes: { nodes: [{ open: true, burnt: null }] },
        admission: { state: "Contested" },
      });
      await world.stage.advance(stagePolicy.freezeWindow);
      await world.stage.release(world.turns.fallen, world.turns.freezeRound);
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      expect((await modelOf(cast.faller)).model).toMatchObject({
        stake: { openFreezes: 0 },
        freezes: { nodes: [{ open: false, burnt: expect.stringMatching(/^\d+$/) }] },
        admission: { state: "Suspended" },
      });
    });

    test("behavior: ends on SIGTERM, and a second start goes on from its rows", async () => {
      const before = await admissionsAt(world);
      expect(await world.indexer.stop()).toBe(0);
      world.indexer = IndexerProcess.forStage(world.stage, world.directory, await freePort());
      await world.indexer.ready();
      await world.indexer.caughtUp(await world.stage.chain.getBlock());
      expect(await admissionsAt(world)).toEqual(before);
    });
  });
}
