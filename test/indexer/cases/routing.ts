import { getAddress } from "viem";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cast } from "../cast.ts";
import { accounts, epochLength } from "../Stage.ts";
import type { World } from "../World.ts";

/** What routers and directories ask. */
export function describeRouting(world: World): void {
  describe("what a router asks", () => {
    test("default: the admitted models with their share of the weight", async () => {
      const shape = z.object({
        admitted: z.object({
          totalCount: z.number(),
          nodes: z.array(
            z.object({
              id: z.string(),
              share: z.number(),
              weight: z.number(),
              manifestUri: z.string(),
              validUntil: z.string(),
            }),
          ),
        }),
        rest: z.object({ totalCount: z.number() }),
      });
      const { admitted, rest } = await world.indexer.query(
        shape,
        "{ admitted { totalCount nodes { id share weight manifestUri validUntil } } rest: admitted(minWeight: 100000000) { totalCount } }",
      );
      const { timestamp } = await world.stage.chain.getBlock();
      const { weight, validUntil } = await world.stage.lens.read.explainAt([cast.anchor, timestamp]);
      const weights = await world.stage.lens.read.weights([[cast.anchor, cast.thin]]);
      const sum = weights.reduce((total, one) => total + Number(one), 0);
      expect(admitted.totalCount).toBe(2);
      const [first, second] = [...admitted.nodes].sort((a, b) => Number(a.id) - Number(b.id));
      expect([first?.weight, second?.weight]).toEqual(weights.map(Number));
      expect(first).toMatchObject({
        id: `${cast.anchor}`,
        share: Number(weight) / sum,
        weight: Number(weight),
        manifestUri: "http://models.test/anchor.json",
      });
      expect(Date.parse(first?.validUntil ?? "") / 1000).toBe(Number(validUntil));
      expect(rest.totalCount).toBe(0);
    });

    test("behavior: meta names the chain, the block and the deployment", async () => {
      const shape = z.object({
        meta: z.object({
          chainId: z.number(),
          block: z.object({ number: z.string(), hash: z.string(), timestamp: z.string() }),
          lagSeconds: z.number(),
          deployment: z.object({ assay: z.string(), lens: z.string(), epochLength: z.number() }),
        }),
      });
      const { meta } = await world.indexer.query(
        shape,
        "{ meta { chainId block { number hash timestamp } lagSeconds deployment { assay lens epochLength } } }",
      );
      const block = await world.stage.chain.getBlock();
      expect(meta).toMatchObject({
        chainId: 31_337,
        block: { number: `${block.number}`, hash: block.hash },
        deployment: {
          assay: getAddress(world.stage.deployment.assay),
          lens: getAddress(world.stage.deployment.lens),
          epochLength: Number(epochLength),
        },
      });
      expect(Date.parse(meta.block.timestamp) / 1000).toBe(Number(block.timestamp));
    });

    test("behavior: filters and orders by what is stored and by what is computed", async () => {
      const names = async (argument: string) => {
        const shape = z.object({ models: z.object({ nodes: z.array(z.object({ name: z.string() })) }) });
        const { models } = await world.indexer.query(shape, `{ models(${argument}) { nodes { name } } }`);
        return models.nodes.map(({ name }) => name);
      };
      expect(await names("orderBy: nameAsc, first: 3")).toEqual(["anchor", "doubted", "experiment"]);
      const [anchor = 0n, thin = 0n] = await world.stage.lens.read.weights([[cast.anchor, cast.thin]]);
      expect(anchor).not.toBe(thin);
      expect(await names("orderBy: weightDesc, first: 1")).toEqual([anchor > thin ? "anchor" : "thin"]);
      expect(await names("where: { state: Contested }")).toEqual(["faller", "renewed"]);
      expect(await names("where: { admitted: false, lane: standard }")).toEqual([
        "shaky",
        "faller",
        "newcomer",
        "renewed",
        "wronged",
        "doubted",
        "slandered",
        "leaver",
        "retiree",
      ]);
      expect(await names('where: { nameContains: "NEW" }')).toEqual(["newcomer", "renewed"]);
      expect(await names('where: { nameContains: "%" }')).toEqual([]);
      expect(await names(`where: { owner: "${world.stage.addressOf(accounts.other)}" }`)).toEqual(["unbonded"]);
      expect(await names('where: { ids: ["3", "1"] }')).toEqual(["anchor", "faller"]);
    });
  });
}
