import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { roles } from "../../scripts/devnet/accounts.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi } from "../../sdk/index.ts";
import { type NodeStage, openNodeStage } from "./nodeStage.ts";

const epochLength = 16n;
const token = 10n ** 18n;

describe("a round divided among three committees", () => {
  let stage: NodeStage;

  const eventsOf = <Name extends "BatchPosted" | "ResultPosted">(eventName: Name) =>
    stage.client.getContractEvents({
      address: stage.deployment.assay,
      abi: assayAbi,
      eventName,
      strict: true,
      fromBlock: 0n,
    });

  beforeAll(async () => {
    const policy = { committeeSize: 1n, quorum: 1n, shards: 3n, evaluationPrice: token };
    stage = await openNodeStage({ epochLength, policy });
    const story = new Story(stage.chain.rpcUrl, stage.deployment);
    const money = { assets: 2_000n * token, rounds: 1_000n, price: token };
    for (const name of ["one", "two", "three", "four"])
      await story.registerAndBond(name, `${stage.models.url}/anchor/manifest.json`, roles.firstDeveloper, money);
    await stage.start([0, 1, 2]);
  }, 120_000);
  afterAll(() => stage.close());

  test("default: every version is measured once, by its own committee, which signs its own batch", async () => {
    const until = performance.now() + 6_000 * Number(epochLength);
    let roundId: bigint | undefined;
    while (roundId === undefined && performance.now() < until) {
      await delay(250);
      const counts = new Map<bigint, number>();
      for (const { args } of await eventsOf("ResultPosted"))
        counts.set(args.roundId, (counts.get(args.roundId) ?? 0) + 1);
      roundId = [...counts].find(([, count]) => count === 4)?.[0];
    }
    if (roundId === undefined) throw new Error("no round has results for all four models");

    const { client, deployment } = stage;
    const assay = { address: deployment.assay, abi: assayAbi } as const;
    const batches = (await eventsOf("BatchPosted")).filter(({ args }) => args.roundId === roundId);
    const shardsWithWork = new Set<bigint>();
    for (const { args, transactionHash } of await eventsOf("ResultPosted")) {
      if (args.roundId !== roundId) continue;
      const { versionId } = args;
      const shard = await client.readContract({ ...assay, functionName: "shardOf", args: [roundId, versionId] });
      shardsWithWork.add(shard);
      expect(batches.find((batch) => batch.transactionHash === transactionHash)?.args.shard).toBe(shard);
    }
    expect(batches.map(({ args }) => args.shard).toSorted()).toEqual([...shardsWithWork].toSorted());
    for (const { args } of batches) {
      const committee = await client.readContract({
        ...assay,
        functionName: "committeeOf",
        args: [roundId, args.shard],
      });
      expect(args.signers).toBe(committee);
    }
  }, 120_000);
});
