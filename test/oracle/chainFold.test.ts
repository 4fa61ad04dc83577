import { pino } from "pino";
import { erc20Abi, type Hex, type PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keccakText } from "../../domain/keccak.ts";
import { lotteryModels } from "../../domain/lottery.ts";
import { versionIdOf } from "../../domain/version.ts";
import { connect } from "../../oracle/chain/connect.ts";
import { signersAt } from "../../oracle/chain/signersAt.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import { batchDigest } from "../../oracle/messages/messageDigest.ts";
import { type ChainFold, createChainFold } from "../../oracle/node/chainFold.ts";
import { createFeeClaimer } from "../../oracle/node/feeClaimer.ts";
import { loadPlan } from "../../oracle/node/loadPlan.ts";
import { nodeConfigSchema } from "../../oracle/node/nodeConfig.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createPolicies, type Policies } from "../../oracle/node/policies.ts";
import type { RoundPlan } from "../../oracle/node/roundPlan.ts";
import { assayAbi, assayLensAbi, type Deployment } from "../../sdk/index.ts";
import { type ChainActor, createChainActor, digestOf } from "./chainActor.ts";
import { evaluatorAt, evaluators, resultWord, testEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { createTestCalls } from "./testCalls.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

const epochLength = 1_000n;
const token = 10n ** 18n;
const experimental = 0;
const standard = 1;

/** Three committees of one member each; half of the slots belong to the lottery. */
const policy = {
  committeeSize: 1n,
  quorum: 1n,
  shards: 3n,
  slots: 30n,
  lotteryBps: 5_000n,
  evaluationPrice: token,
  evaluationFee: token,
};
const { timing } = nodeConfigSchema.parse({
  key: { file: "-" },
  rpcUrls: ["http://127.0.0.1"],
  deployment: "-",
  boards: ["http://127.0.0.1"],
  dataDir: "-",
});

describe("the chain as a node folds it", () => {
  let chain: TestChain;
  let deployment: Deployment;
  let client: PublicClient;
  let database: Database;
  let policies: Policies;
  let fold: ChainFold;
  let actor: ChainActor;

  const foldAll = async () => {
    const head = await client.getBlock();
    await fold.advance(head);
    return head;
  };
  const toStandard = async (name: string, bond: bigint, rounds: bigint): Promise<bigint> => {
    const modelId = await actor.register(name);
    await actor.bond(modelId, bond);
    if (rounds > 0n) await actor.prepay(modelId, rounds);
    await actor.setLane(modelId, standard);
    return modelId;
  };
  const nextEpoch = async (): Promise<bigint> => {
    await chain.skip(Number(epochLength));
    await actor.openRound();
    for (let i = 0; i < 3; i += 1) await chain.mine();
    return client.readContract({ address: deployment.assay, abi: assayAbi, functionName: "currentRoundId" });
  };
  const planOf = async (seat: number, roundId: bigint): Promise<RoundPlan> => {
    const record = await fold.round(roundId);
    const own = evaluatorAt(seat).account.address;
    const plan = record && (await loadPlan({ own, deployment, fold, policies, timing }, record));
    if (!plan) throw new RangeError(`seat ${seat} has no plan for round ${roundId}`);
    return plan;
  };
  /** What the node measures in a round, shard by shard, and what the lens says at a block. */
  const assigned = async (roundId: bigint): Promise<bigint[][]> =>
    Promise.all(
      [0n, 1n, 2n].map(async (shard) => (await fold.assignments(roundId, shard)).map(({ modelId }) => modelId)),
    );
  /** Who is due by the end of the block that opened the round, and who was drawn from those who might then take part. */
  const due = async (roundId: bigint): Promise<bigint[][]> => {
    const [opening] = await client.getContractEvents({
      address: deployment.assay,
      abi: assayAbi,
      eventName: "RoundOpened",
      args: { roundId },
      fromBlock: 0n,
    });
    const blockNumber = opening?.blockNumber ?? 0n;
    const record = { address: deployment.assay, abi: assayAbi } as const;
    const lens = { address: deployment.lens, abi: assayLensAbi, blockNumber } as const;
    const { lotterySlots, modelCount, seed } = await client.readContract({
      ...record,
      functionName: "round",
      args: [roundId],
    });
    const ids = Array.from({ length: modelCount }, (_, i) => BigInt(i + 1));
    const asked = async (functionName: "due" | "mayTakePart") =>
      Promise.all(
        ids.map(async (modelId) => {
          const answer = await client.readContract({ ...lens, functionName, args: [roundId, modelId] });
          return typeof answer === "boolean" ? answer : answer[0];
        }),
      );
    const [isDue, mayTakePart] = await Promise.all([asked("due"), asked("mayTakePart")]);
    const drawn = lotteryModels({
      seed,
      slots: BigInt(lotterySlots),
      modelCount: BigInt(modelCount),
      mayTakePart: (modelId) => mayTakePart[Number(modelId) - 1] === true,
    });
    const shards: bigint[][] = [[], [], []];
    for (const [i, modelId] of ids.entries()) {
      if (!isDue[i] && !drawn.includes(modelId)) continue;
      const at = { ...record, blockNumber };
      const versionId = await client.readContract({ ...at, functionName: "currentVersion", args: [modelId] });
      const shard = await client.readContract({ ...record, functionName: "shardOf", args: [roundId, versionId] });
      shards[Number(shard)]?.push(modelId);
    }
    return shards;
  };

  beforeAll(async () => {
    chain = await startTestChain(0);
    const { rpcUrl } = chain;
    deployment = await deployForTest({ rpcUrl, epochLength, policy });
    client = await connect([rpcUrl], deployment);
    database = await openDatabase(undefined, nodeSchema);
    policies = createPolicies(client, deployment);
    fold = createChainFold(database, client, deployment, policies.get);
    actor = createChainActor(rpcUrl, deployment);
    for (const { account } of evaluators) await chain.fund(account.address);
    await actor.approve();
  });
  afterAll(async () => {
    await database.close();
    await chain.close();
  });

  test("default: what is due in a round, as the lens has it: standard lane, who left it, lottery", async () => {
    for (const name of ["one", "two", "three"]) await toStandard(name, 1_000n * token, 100n);
    const notPaid = await toStandard("not paid", 1_000n * token, 0n);
    const smallBond = await toStandard("small bond", 999n * token, 100n);
    const left = await toStandard("left", 1_000n * token, 100n);
    await actor.setLane(left, experimental);
    await actor.unbond(left, 1_000n * token);
    const retired = await toStandard("retired", 1_000n * token, 100n);
    await actor.retire(retired, (await client.getBlock()).timestamp + 100n);
    const bonded: bigint[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      const modelId = await actor.register(name);
      await actor.bond(modelId, 100n * token);
      bonded.push(modelId);
    }
    const unbonded = await actor.register("unbonded");
    await actor.fundCommons(100n * token);
    const roundId = await nextEpoch();
    const tooNew = await toStandard("too new", 1_000n * token, 100n);
    const { blockNumber } = await actor.capture(roundId);
    // What happens after the opening changes nothing.
    await actor.setLane(1n, experimental);
    await actor.setLane(1n, standard);
    await actor.setLane(2n, experimental);
    await foldAll();

    const found = await assigned(roundId);
    expect(found).toEqual(await due(roundId));
    const all = found.flat();
    expect(all).toEqual(expect.arrayContaining([1n, 2n, 3n, left]));
    for (const modelId of [notPaid, smallBond, retired, unbonded, tooNew]) expect(all).not.toContain(modelId);
    // Fifteen slots with eight draws each among thirteen models: that all miss the four that may take part does not happen.
    const lottery = await client.readContract({
      address: deployment.lens,
      abi: assayLensAbi,
      functionName: "lottery",
      args: [roundId, 0n, 15n],
      blockNumber,
    });
    const winners = lottery.filter((modelId) => modelId !== 0n);
    expect(winners.length).toBeGreaterThan(0);
    for (const modelId of winners) {
      expect(bonded).toContain(modelId);
      expect(all).toContain(modelId);
    }
  });

  test("behavior: shards: each committee has its own members, versions and batches", async () => {
    const plans = await Promise.all([0, 1, 2].map((seat) => planOf(seat, 2n)));
    expect(plans.map(({ shard }) => shard).toSorted()).toEqual([0n, 1n, 2n]);
    for (const [seat, plan] of plans.entries()) {
      expect(plan.members.map(({ signer }) => signer)).toEqual([evaluatorAt(seat).account.address]);
      const committee = await client.readContract({
        address: deployment.assay,
        abi: assayAbi,
        functionName: "committeeOf",
        args: [2n, plan.shard],
      });
      expect(plan.members.reduce((bits, member) => bits | (1n << BigInt(member.seat)), 0n)).toBe(committee);
    }
  });

  test("behavior: transactions of the same block count, also those behind the opening", async () => {
    const late = await actor.register("late");
    await actor.bond(late, 1_000n * token);
    await actor.prepay(late, 100n);
    await chain.skip(Number(epochLength));
    const assay = { address: deployment.assay, abi: assayAbi } as const;
    await chain.inOneBlock(async () => {
      await actor.sendOpen();
      await actor.sendLane(late, standard);
    });
    const roundId = await client.readContract({ ...assay, functionName: "currentRoundId" });
    for (let i = 0; i < 3; i += 1) await chain.mine();
    await actor.capture(roundId);
    await foldAll();
    const found = await assigned(roundId);
    expect(found.flat()).toContain(late);
    expect(found).toEqual(await due(roundId));
  });

  test("behavior: keys and hash chains of a round are those of the moment it opened", async () => {
    const next = testEvaluator(70);
    const { account, links } = evaluatorAt(2);
    await actor.rotateLink(account, 2n, next.links.head);
    await foldAll();
    expect((await fold.seats(3n)).map(({ signer, seatId, linkHead }) => [signer, seatId, linkHead])).toEqual(
      evaluators.map((each, seat) => [each.account.address, BigInt(seat), each.links.head]),
    );
    await actor.rotateSigner(account, 2n, next.account.address, (hash) => next.account.sign({ hash }));
    await actor.leaveSeat(0n);
    const roundId = await nextEpoch();
    await foldAll();
    const seats = await fold.seats(roundId);
    const { seatsPointer } = await client.readContract({
      address: deployment.assay,
      abi: assayAbi,
      functionName: "round",
      args: [roundId],
    });
    expect(seats.map(({ signer }) => signer)).toEqual(await signersAt(client, seatsPointer));
    expect(new Map(seats.map((seat) => [seat.seatId, [seat.place, seat.signer, seat.linkHead]]))).toEqual(
      new Map([
        // The last one has taken the place of the one that left.
        [2n, [0, next.account.address, next.links.head]],
        [1n, [1, evaluatorAt(1).account.address, evaluatorAt(1).links.head]],
      ]),
    );
    expect((await fold.seats(3n))[2]?.linkHead).toBe(links.head);
    expect(await fold.place(next.account.address)).toEqual({ place: 0, seats: 2 });
    expect(await fold.place(account.address)).toEqual({ place: undefined, seats: 2 });
  });

  test("default: a posted batch is seen, and its signers are paid once the round is closed", async () => {
    await actor.leaveSeat(2n);
    const roundId = await nextEpoch();
    await actor.capture(roundId);
    await foldAll();
    // The only seat that is left measures everything.
    const { account } = evaluatorAt(1);
    const plan = await planOf(1, roundId);
    const results = plan.assignments.map(({ modelId, digest }) => ({ modelId, digest, word: resultWord() }));
    expect(results.length).toBeGreaterThan(0);
    const batch = { roundId, shard: plan.shard, reportsRoot: keccakText("reports"), results };
    const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    const signature = await signDigests(account, [batchDigest(domain, batch)]);
    const { transactions, calls } = createTestCalls({ client, deployment, database, account });
    const signers = plan.members.reduce((bits, member) => bits | (1n << BigInt(member.seat)), 0n);
    const outcome = await calls.post({ batch, digest: batchDigest(domain, batch) }, signers, signature);
    await foldAll();
    const transaction = "hash" in outcome ? outcome.hash : "0x";
    const versions = results.map(({ modelId, digest }): [Hex, Hex] => [versionIdOf(modelId, digest), transaction]);
    expect(await fold.results(roundId)).toEqual(new Map(versions));

    const log = pino({ level: "silent" });
    const own = account.address;
    const claimer = createFeeClaimer({ fold, policies, calls, own, epochLength, log });
    const balance = () =>
      client.readContract({ address: deployment.token, abi: erc20Abi, functionName: "balanceOf", args: [own] });
    const claim = async (currentRoundId: bigint) => {
      await claimer.pursue(await foldAll(), currentRoundId);
      await claimer.stop();
      return balance();
    };
    expect(await claim(roundId + 2n)).toBe(0n);
    await chain.skip(3 * Number(epochLength));
    expect(await claim(roundId + 3n)).toBe(token);
    expect(await claim(roundId + 3n)).toBe(token);
    expect((await fold.round(roundId))?.participated).toBe(0n);
    await transactions.stop();
  });

  test("behavior: the same tables from a fresh start", async () => {
    const again = await openDatabase(undefined, nodeSchema);
    const fresh = createChainFold(again, client, deployment, policies.get);
    await fresh.advance(await client.getBlock());
    for (const roundId of [2n, 3n, 5n]) {
      expect(await fresh.round(roundId)).toEqual(await fold.round(roundId));
      expect(await fresh.seats(roundId)).toEqual(await fold.seats(roundId));
      expect(await fresh.assignments(roundId, 0n)).toEqual(await fold.assignments(roundId, 0n));
    }
    await again.close();
  });

  test("default: every digest belongs to the manifest that was registered", async () => {
    const assignments = (await Promise.all([0n, 1n, 2n].map((shard) => fold.assignments(2n, shard)))).flat();
    const one = assignments.find(({ modelId }) => modelId === 1n);
    expect(one).toEqual({
      modelId: 1n,
      digest: digestOf("one"),
      versionId: versionIdOf(1n, digestOf("one")),
      manifestUri: "https://models.test/one",
    });
  });
});
