import type { Hex, PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../oracle/chain/connect.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { type ChainFold, createChainFold, type Reorg, reorgBlocks } from "../../oracle/node/chainFold.ts";
import { chainTables, nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createPolicies, type Policies } from "../../oracle/node/policies.ts";
import type { Deployment } from "../../sdk/index.ts";
import { type ChainActor, createChainActor } from "./chainActor.ts";
import { evaluatorAt, testEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { startTestChain, type TestChain } from "./testChain.ts";
import { startTestPostgres, type TestPostgres } from "./testPostgres.ts";

const epochLength = 1_000n;
const token = 10n ** 18n;

describe("a chain that takes another turn", () => {
  let chain: TestChain;
  let deployment: Deployment;
  let client: PublicClient;
  let policies: Policies;
  let postgres: TestPostgres;
  let database: Database;
  let fresh: Database;
  let fold: ChainFold;
  let actor: ChainActor;

  const advance = async (): Promise<Reorg | undefined> => fold.advance(await client.getBlock());
  const mine = async (blocks: number): Promise<void> => {
    for (let i = 0; i < blocks; i += 1) await chain.mine();
  };
  const tablesOf = async (of: Database): Promise<unknown[]> => {
    const tables: unknown[] = [];
    for (const table of chainTables) {
      const found = await of.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) - 'number' as row from ${table} t order by (to_jsonb(t) - 'number')::text`,
      );
      tables.push([table, found.rows]);
    }
    return tables;
  };
  /** What a node that starts now folds. */
  const tablesFromScratch = async (): Promise<unknown[]> => {
    for (const table of [...chainTables, "chain_blocks", "chain_undo"]) await fresh.query(`delete from ${table}`);
    await createChainFold(fresh, client, deployment, policies.get).advance(await client.getBlock());
    return tablesOf(fresh);
  };
  /** Everything that the tables know of happens once: models, versions, stake, prepayment, seats, rounds. */
  const liveOn = async (name: string): Promise<void> => {
    const modelId = await actor.register(name);
    await actor.bond(modelId, 1_100n * token);
    await actor.prepay(modelId, 10n);
    await actor.setLane(modelId, 1);
    await actor.rotateLink(evaluatorAt(0).account, 0n, testEvaluator(name.length).links.head);
    await chain.skip(Number(epochLength));
    await actor.openRound();
    await mine(3);
    const roundId = (await client.getBlock()).timestamp;
    await actor.capture(1n + (roundId - BigInt(deployment.genesis)) / epochLength);
    await actor.unbond(modelId, 10n * token);
  };

  beforeAll(async () => {
    chain = await startTestChain(0);
    const { rpcUrl } = chain;
    deployment = await deployForTest({ rpcUrl, epochLength, policy: { evaluationPrice: token } });
    client = await connect([rpcUrl], deployment);
    policies = createPolicies(client, deployment);
    postgres = await startTestPostgres();
    database = await openDatabase({ url: postgres.url, schema: "node" }, nodeSchema);
    // The other engine: both come to the same tables.
    fresh = await openDatabase(undefined, nodeSchema);
    fold = createChainFold(database, client, deployment, policies.get);
    actor = createChainActor(rpcUrl, deployment);
    await chain.fund(evaluatorAt(0).account.address);
    await actor.approve();
    await liveOn("root");
    await advance();
  });
  afterAll(async () => {
    await database.close();
    await fresh.close();
    await postgres.close();
    await chain.close();
  });

  test("default: nothing is taken back while the chain grows", async () => {
    await mine(2);
    expect(await advance()).toBeUndefined();
    expect(await advance()).toBeUndefined();
    expect(await tablesOf(database)).toEqual(await tablesFromScratch());
  });

  test("behavior: what vanished blocks had changed is taken back, and the other branch folded", async () => {
    const before = (await client.getBlock()).number;
    const back = await chain.snapshot();
    await liveOn("one branch");
    await advance();
    await back();
    await liveOn("another");
    await mine(3);
    const head = (await client.getBlock()).number;
    expect(await advance()).toMatchObject({ from: before + 1n, whole: false });
    expect(await tablesOf(database)).toEqual(await tablesFromScratch());
    expect((await fold.round(3n))?.drawn?.seed).toMatch(/^0x/);
    expect(head).toBeGreaterThan(before);
  });

  test("behavior: block by block, ten blocks deep, again and again", async () => {
    for (const name of ["a", "bb", "ccc"]) {
      const back = await chain.snapshot();
      const modelId = await actor.register(name);
      for (let i = 0n; i < 9n; i += 1n) {
        await actor.bond(modelId, token + i);
        await advance();
      }
      await back();
      await actor.register(`${name} after all`);
      await mine(10);
      expect(await advance()).toMatchObject({ whole: false });
      expect(await tablesOf(database)).toEqual(await tablesFromScratch());
    }
  });

  test("behavior: a restart between the two branches changes nothing", async () => {
    const back = await chain.snapshot();
    await liveOn("before the restart");
    await advance();
    await back();
    await liveOn("after");
    await mine(8);
    fold = createChainFold(database, client, deployment, policies.get);
    expect(await advance()).toMatchObject({ whole: false });
    expect(await tablesOf(database)).toEqual(await tablesFromScratch());
  });

  test("behavior: an endpoint that is some blocks behind takes nothing back", async () => {
    const behind = await client.getBlock();
    await advance();
    await actor.register("ahead");
    await advance();
    expect(await fold.advance(behind)).toBeUndefined();
    expect(await tablesOf(database)).toEqual(await tablesFromScratch());
  });

  test("behavior: a head that is gone when its blocks are read is left for the next look", async () => {
    const before = await tablesOf(database);
    const back = await chain.snapshot();
    await actor.register("gone");
    const gone = await client.getBlock();
    await back();
    await mine(2);
    await fold.advance(gone);
    expect(await tablesOf(database)).toEqual(before);
    await advance();
    expect(await tablesOf(database)).toEqual(await tablesFromScratch());
  });

  test("error: deeper than changes are kept, everything is folded again", async () => {
    const back = await chain.snapshot();
    await liveOn("long gone");
    await advance();
    await mine(Number(reorgBlocks) + 2);
    await advance();
    await back();
    await liveOn("the truth");
    await mine(Number(reorgBlocks) + 9);
    expect(await advance()).toMatchObject({ from: BigInt(deployment.startBlock), whole: true });
    expect(await tablesOf(database)).toEqual(await tablesFromScratch());
  });

  test("behavior: changes are kept for as many blocks as can vanish, and no more", async () => {
    await mine(Number(reorgBlocks) + 1);
    await advance();
    const kept = await database.query<{ blocks: string; undo: string }>(
      "select (select count(*) from chain_blocks) as blocks, (select count(*) from chain_undo) as undo",
    );
    expect(Number(kept.rows[0]?.blocks)).toBeLessThanOrEqual(2);
    expect(Number(kept.rows[0]?.undo)).toBe(0);
    const hashes = await database.query<{ hash: Hex }>("select hash from chain_blocks order by number desc limit 1");
    expect(hashes.rows[0]?.hash).toBe((await client.getBlock()).hash);
  });
});
