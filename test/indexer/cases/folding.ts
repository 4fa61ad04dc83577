import { describe, expect, test } from "vitest";
import { z } from "zod";
import { logHash } from "../../../domain/resultLog.ts";
import { stakeFromDecoded } from "../../../domain/stake.ts";
import { cast, versionOf } from "../cast.ts";
import { logFields, logOf, logShape, modelQuery, modelShape } from "../modelShape.ts";
import { accounts } from "../Stage.ts";
import { amount, hex, nodes } from "../shapes.ts";
import type { World } from "../World.ts";

/** Rows of models, stakes and memories that are folded from events, against the contracts' storage. */
export function describeFolding(world: World): void {
  describe("folding the events reproduces storage", () => {
    const modelOf = async (id: bigint) => (await world.indexer.query(modelShape, modelQuery, { id: `${id}` })).model;

    test.each(Object.entries(cast))("behavior: stake, stream, credit and retirement of %s", async (_, modelId) => {
      const model = await modelOf(modelId);
      const { money, record } = world.stage;
      expect(model.stake).toEqual(stakeFromDecoded(await money.read.stakeOf([modelId])));
      const stream = await money.read.streamOf([modelId]);
      const { amount = 0n, updatedAt = 0n, endsAt = 0n } = model.feeStream ?? {};
      expect({ amount, updatedAt: Number(updatedAt), endsAt: Number(endsAt) }).toEqual(stream);
      expect(model.paidThrough ?? 0n).toBe(await money.read.paidThrough([modelId]));
      const none = { servedUntil: 0n, evaluatedUntil: 0n, liableUntil: 0n, recordUntil: 0n };
      expect(model.retirement ?? none).toEqual(await record.read.retirementOf([modelId]));
      const [owner, lane] = await record.read.ownerAndLane([modelId]);
      expect([model.owner, model.lane]).toEqual([owner, lane === 1 ? "standard" : "experimental"]);
    });

    test.each(Object.entries(cast))("behavior: positions in %s, and that nobody is missing", async (_, modelId) => {
      const { stake, positions } = await modelOf(modelId);
      const sums = { shares: 0n, unbondingShares: 0n };
      for (const { account, assets: _assets, unbondingAssets: _unbondingAssets, ...position } of positions) {
        const stored = await world.stage.money.read.positionOf([modelId, account]);
        expect({ ...position, unlocksAt: Number(position.unlocksAt) }).toEqual(stored);
        sums.shares += position.shares;
        sums.unbondingShares += position.unbondingShares;
      }
      expect(sums).toEqual({ shares: stake.shares, unbondingShares: stake.unbondingShares });
    });

    test.each(Object.entries(cast))("behavior: memories and logs of %s", async (_, modelId) => {
      const { currentVersion, versions } = await modelOf(modelId);
      const { record } = world.stage;
      expect(currentVersion.id).toBe(await record.read.currentVersion([modelId]));
      for (const { id, memory, log } of versions) {
        expect(memory.word).toBe(await record.read.memoryOf([id]));
        const [hash, until, entries] = await record.read.logOf([id]);
        expect(log ? logHash(logOf(log)) : 0n).toBe(BigInt(hash));
        expect([log?.until ?? 0n, BigInt(log?.entries.length ?? 0)]).toEqual([until, entries]);
      }
    });

    test("behavior: a sold model follows its ERC-721 token", async () => {
      const shape = z.object({
        model: z.object({ owner: hex }),
        account: z.object({ models: nodes(z.object({ name: z.string() })) }),
      });
      const buyer = world.stage.addressOf(accounts.other);
      const sold =
        "query ($id: BigInt!, $buyer: Address!) { model(id: $id) { owner } account(address: $buyer) { models { nodes { name } } } }";
      const answer = await world.indexer.query(shape, sold, { id: `${cast.unbonded}`, buyer });
      expect(answer).toEqual({ model: { owner: buyer }, account: { models: [{ name: "unbonded" }] } });
    });

    test("behavior: a new version inherits, the old one keeps its record and is not explained", async () => {
      const old = versionOf("renewed");
      const record = z.object({ kind: z.string(), roundId: z.string().nullable() });
      const shape = z.object({
        version: z.object({ memoryHistory: nodes(record) }),
        explain: z.object({ rounds: z.number(), massItems: z.number() }),
      });
      const inherited = `query ($old: Bytes32!, $new: Bytes32!) {
        version(id: $old) { memoryHistory { nodes { kind roundId } } } explain(versionId: $new) { rounds massItems } }`;
      const { version, explain } = await world.indexer.query(shape, inherited, { old, new: world.turns.latest });
      expect(version.memoryHistory.map(({ kind }) => kind)).toEqual([
        ...Array.from({ length: 4 }, () => "ResultPosted"),
        "LaneChanged",
        "VersionAdded",
      ]);
      expect(version.memoryHistory.at(-1)?.roundId).toBeNull();
      expect(explain.rounds).toBe(0);
      expect(explain.massItems).toBeGreaterThan(300);
      const failure = await world.indexer.failure(`{ explain(versionId: "${old}") { state } }`);
      expect(failure).toEqual({ code: "VERSION_SUPERSEDED", message: expect.stringContaining(world.turns.latest) });
    });

    test("behavior: lineage, carried failures and inherited logs", async () => {
      const shape = z.object({
        parent: z.object({ derived: nodes(z.object({ id: hex, parent: z.object({ id: hex }) })) }),
        carrier: z.object({
          previous: z.object({ id: hex }),
          parent: z.null(),
          carriedFailures: z.array(
            z.object({ roundId: amount, scarItems: z.number(), failedVersion: z.object({ id: hex }) }),
          ),
          log: logShape,
        }),
        latest: z.object({ log: logShape }),
      });
      const lineage = `query ($parent: Bytes32!, $carrier: Bytes32!, $latest: Bytes32!) {
        parent: version(id: $parent) { derived { nodes { id parent { id } } } }
        carrier: version(id: $carrier) {
          previous { id } parent { id }
          carriedFailures { roundId scarItems failedVersion { id } }
          log { ${logFields} }
        }
        latest: version(id: $latest) {
          log { ${logFields} }
        }
      }`;
      const { renewed, latest, carryingRound } = world.turns;
      const parent = versionOf("anchor");
      const answer = await world.indexer.query(shape, lineage, { parent, carrier: renewed, latest });
      const failed = versionOf("renewed");
      expect(answer.parent.derived).toEqual([{ id: failed, parent: { id: parent } }]);
      expect(answer.carrier.previous.id).toBe(failed);
      expect(answer.carrier.carriedFailures).toEqual([
        { roundId: carryingRound, scarItems: expect.any(Number), failedVersion: { id: failed } },
      ]);
      const [carried, inherited] = answer.latest.log.entries;
      expect(answer.carrier.log.entries).toEqual([carried]);
      expect(carried).toMatchObject({ kind: "carried", versionId: failed, roundId: carryingRound });
      expect(inherited).toMatchObject({ kind: "inherited", versionId: latest });
    });
  });
}
