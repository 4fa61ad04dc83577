import { describe, expect, test } from "vitest";
import { z } from "zod";
import { versionIdOf } from "../../../domain/version.ts";
import { cast } from "../playStory.ts";
import { accounts, digestOf } from "../Stage.ts";
import type { World } from "../World.ts";

/** Rows that are folded from events, against the contract's storage. */
export function describeFolding(world: World): void {
  describe("folding the events reproduces storage", () => {
    const stakeShape = z.object({
      model: z.object({
        stake: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
        positions: z.object({
          nodes: z.array(
            z.object({
              account: z.string(),
              shares: z.string(),
              unbondingShares: z.string(),
              unlocksAt: z.string().nullable(),
            }),
          ),
        }),
        versions: z.object({ nodes: z.array(z.object({ id: z.string(), memory: z.object({ word: z.string() }) })) }),
      }),
    });
    const query = `query ($id: BigInt!) { model(id: $id) {
      stake { bond unbondingBond bondUnlocksAt delegated shares unbondingShares openFreezes heldUntil lossInEpoch lossEpochStart }
      positions { nodes { account shares unbondingShares unlocksAt } }
      versions { nodes { id memory { word } } }
    } }`;
    const seconds = (value: string | number | null | undefined) =>
      value === null ? 0 : Math.floor(Date.parse(`${value}`) / 1000);

    test.each(Object.entries(cast))("behavior: stake, positions and memory of %s", async (_, modelId) => {
      const { model } = await world.indexer.query(stakeShape, query, { id: `${modelId}` });
      const stored = await world.stage.stakeOf(modelId);
      const { bond, unbondingBond, delegated, shares, unbondingShares, lossInEpoch } = stored;
      expect(model.stake).toMatchObject({
        bond: `${bond}`,
        unbondingBond: `${unbondingBond}`,
        delegated: `${delegated}`,
        shares: `${shares}`,
        unbondingShares: `${unbondingShares}`,
        lossInEpoch: `${lossInEpoch}`,
        openFreezes: stored.openFreezes,
      });
      expect(seconds(model.stake.bondUnlocksAt)).toBe(stored.bondUnlocksAt);
      expect(seconds(model.stake.heldUntil)).toBe(stored.heldUntil);
      expect(seconds(model.stake.lossEpochStart)).toBe(stored.lossEpochStart);
      for (const { id, memory } of model.versions.nodes) {
        expect(BigInt(memory.word)).toBe(await world.stage.memoryOf(z.templateLiteral(["0x", z.string()]).parse(id)));
      }
      let poolShares = 0n;
      for (const row of model.positions.nodes) {
        const position = await world.stage.positionOf(
          modelId,
          z.templateLiteral(["0x", z.string()]).parse(row.account),
        );
        expect(BigInt(row.shares)).toBe(position.shares);
        expect(BigInt(row.unbondingShares)).toBe(position.unbondingShares);
        expect(seconds(row.unlocksAt)).toBe(position.unlocksAt);
        poolShares += position.shares;
      }
      expect(poolShares).toBe(shares);
    });

    test("behavior: a sold model follows its ERC-721 token", async () => {
      const shape = z.object({
        model: z.object({ owner: z.string() }),
        account: z.object({
          models: z.object({ totalCount: z.number(), nodes: z.array(z.object({ name: z.string() })) }),
        }),
      });
      const buyer = world.stage.addressOf(accounts.other);
      const query =
        "query ($id: BigInt!, $buyer: Address!) { model(id: $id) { owner } account(address: $buyer) { models { totalCount nodes { name } } } }";
      const answer = await world.indexer.query(shape, query, { id: `${cast.unbonded}`, buyer });
      expect(answer).toEqual({
        model: { owner: buyer },
        account: { models: { totalCount: 1, nodes: [{ name: "unbonded" }] } },
      });
    });

    test("behavior: a new version inherits, the old one keeps its record and is not explained", async () => {
      const old = versionIdOf(cast.renewed, digestOf("renewed"));
      const shape = z.object({
        version: z.object({
          memoryHistory: z.object({
            totalCount: z.number(),
            nodes: z.array(z.object({ roundId: z.string().nullable() })),
          }),
        }),
        explain: z.object({ rounds: z.number(), massItems: z.number() }),
      });
      const query = `query ($old: Bytes32!, $new: Bytes32!) {
        version(id: $old) { memoryHistory { totalCount nodes { roundId } } } explain(versionId: $new) { rounds massItems } }`;
      const { version, explain } = await world.indexer.query(shape, query, { old, new: world.turns.renewed });
      expect(version.memoryHistory.totalCount).toBe(4);
      expect(version.memoryHistory.nodes.at(-1)).toEqual({ roundId: null });
      expect(explain.rounds).toBe(0);
      expect(explain.massItems).toBeGreaterThan(300);
      const failure = await world.indexer.failure(`{ explain(versionId: "${old}") { state } }`);
      expect(failure).toEqual({
        code: "VERSION_SUPERSEDED",
        message: expect.stringContaining(world.turns.renewed),
      });
    });

    test("behavior: rounds, committee, batches and the freeze are there", async () => {
      const shape = z.object({
        round: z.object({
          seatCount: z.number(),
          resultCount: z.number(),
          policyId: z.string(),
          committee: z.array(z.object({ seat: z.number(), signer: z.string() })),
          batches: z.array(z.object({ signerSeats: z.array(z.number()), reportsRoot: z.string() })),
          results: z.object({
            nodes: z.array(z.object({ failed: z.array(z.string()), model: z.object({ name: z.string() }) })),
          }),
        }),
        freezes: z.object({
          nodes: z.array(z.object({ roundId: z.string(), versionId: z.string(), fromBond: z.string() })),
        }),
      });
      const query = `query ($number: BigInt!) {
        round(number: $number) {
          seatCount resultCount policyId committee { seat signer } batches { signerSeats reportsRoot }
          results { nodes { failed model { name } } }
        }
        freezes(open: true) { nodes { roundId versionId fromBond } }
      }`;
      const { round, freezes } = await world.indexer.query(shape, query, { number: `${world.turns.freezeRound}` });
      expect(round).toEqual({
        seatCount: 3,
        resultCount: 2,
        policyId: "1",
        committee: accounts.evaluators.map((index, seat) => ({ seat, signer: world.stage.addressOf(index) })),
        batches: [{ signerSeats: [0, 1, 2], reportsRoot: digestOf(`reports ${world.turns.freezeRound}`) }],
        results: {
          nodes: [
            { failed: ["R"], model: { name: "faller" } },
            { failed: [], model: { name: "anchor" } },
          ],
        },
      });
      expect(freezes.nodes).toEqual([
        {
          roundId: `${world.turns.freezeRound}`,
          versionId: world.turns.fallen,
          fromBond: expect.stringMatching(/^[1-9]\d+$/),
        },
      ]);
    });
  });
}
