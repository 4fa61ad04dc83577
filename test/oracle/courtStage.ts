import { pino } from "pino";
import { type Hex, keccak256, toHex } from "viem";
import type { Policy } from "../../domain/policy.ts";
import { versionIdOf } from "../../domain/version.ts";
import { connect } from "../../oracle/chain/connect.ts";
import { createChallengeKeeper } from "../../oracle/court/challengeKeeper.ts";
import { createCourtTransactions } from "../../oracle/court/courtTransactions.ts";
import { createProsecutor } from "../../oracle/court/prosecutor.ts";
import type { DatabasePlace } from "../../oracle/database/databasePlace.ts";
import { openDatabase } from "../../oracle/database/openDatabase.ts";
import type { Message } from "../../oracle/messages/message.ts";
import { messageDigest, type SigningDomain } from "../../oracle/messages/messageDigest.ts";
import { createChainFold } from "../../oracle/node/chainFold.ts";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createPeerMessages } from "../../oracle/node/peerMessages.ts";
import { createPlaceInLine } from "../../oracle/node/placeInLine.ts";
import { createPolicies } from "../../oracle/node/policies.ts";
import { roles } from "../../scripts/devnet/accounts.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi, assayVaultAbi } from "../../sdk/index.ts";
import { createChainActor, digestOf } from "./chainActor.ts";
import { evaluators, received, type TestEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { placeWithin } from "./eachDatabase.ts";
import { createTestCalls } from "./testCalls.ts";
import { startTestChain } from "./testChain.ts";

export const token = 10n ** 18n;
export const seatBond = 1_000n * token;

/** A real chain on which every evaluator has its bond, a model is bonded, and a round of it is drawn. */
export async function openCourtStage({
  epochLength,
  policy = {},
  seated = evaluators,
  suiteHash,
}: {
  readonly epochLength: bigint;
  readonly suiteHash?: Hex;
  readonly policy?: Partial<Policy>;
  readonly seated?: readonly TestEvaluator[];
}) {
  const chain = await startTestChain(0);
  const { rpcUrl } = chain;
  const money = { evaluatorBondMin: seatBond, disputeDeposit: 10n * token };
  const suite = suiteHash === undefined ? {} : { suiteHash };
  const deployment = await deployForTest({ rpcUrl, epochLength, policy: { ...money, ...policy }, seated, ...suite });
  const client = await connect([rpcUrl], deployment);
  const story = new Story(rpcUrl, deployment);
  for (const [seat, { account }] of seated.entries()) {
    await chain.fund(account.address);
    await story.bondSeat(BigInt(seat), seatBond, roles.delegator);
  }
  const actor = createChainActor(rpcUrl, deployment);
  await actor.approve();
  const modelId = await actor.register("measured");
  await actor.bond(modelId, 2_000n * token);
  const domain: SigningDomain = {
    chainId: BigInt(deployment.chainId),
    assay: deployment.assay,
    court: deployment.court,
  };
  const openRound = async (): Promise<bigint> => {
    await chain.skip(Number(epochLength));
    await actor.openRound();
    for (let i = 0; i < 3; i += 1) await chain.mine();
    const roundId = await client.readContract({
      address: deployment.assay,
      abi: assayAbi,
      functionName: "currentRoundId",
    });
    await actor.capture(roundId);
    return roundId;
  };
  const digest = digestOf("measured");
  return {
    chain,
    deployment,
    client,
    actor,
    domain,
    openRound,
    subject: { modelId, digest },
    versionId: versionIdOf(modelId, digest),
    bondOf: (seatId: bigint) =>
      client.readContract({ address: deployment.vault, abi: assayVaultAbi, functionName: "seatBond", args: [seatId] }),
  };
}

export type CourtStage = Awaited<ReturnType<typeof openCourtStage>>;

/** What a node's court duties work with, on tables of its own. */
export async function openCourtNode(
  stage: CourtStage,
  evaluator: TestEvaluator,
  { seatId, place }: { readonly seatId: bigint; readonly place?: DatabasePlace },
) {
  const { client, deployment, domain } = stage;
  const { account } = evaluator;
  const log = pino({ level: process.env.ASSAY_TEST_LOG ?? "silent" });
  const metrics = createMetrics();
  const database = await openDatabase(place, nodeSchema);
  const fold = createChainFold(database, client, deployment, createPolicies(client, deployment).get);
  const { transactions: sender } = createTestCalls({ client, deployment, database, account, metrics });
  const transactions = createCourtTransactions(sender, deployment);
  const peers = createPeerMessages(database);
  const line = createPlaceInLine(fold, account.address, seatId);
  return {
    database,
    fold,
    metrics,
    log,
    transactions,
    peers,
    line,
    /** Folds the chain up to its head. @returns seconds of its clock */
    look: async (): Promise<bigint> => {
      const head = await client.getBlock();
      await fold.advance(head);
      return head.timestamp;
    },
    /** Takes a message as if it had been found on a board. */
    take: (message: Message) => peers.receive(received(message, { digest: messageDigest(domain, message) })),
    prosecutor: () =>
      createProsecutor({
        database,
        transactions,
        own: account.address,
        line,
        clocks: deployment,
        seatBond: stage.bondOf,
        stagger: 1n,
        metrics,
        log,
      }),
    challengeKeeper: () => createChallengeKeeper({ database, transactions, line, seatId, stagger: 1n, metrics, log }),
    close: async () => {
      await sender.stop();
      await database.close();
    },
    sent: () => client.getTransactionCount({ address: account.address }),
  };
}

export type CourtNode = Awaited<ReturnType<typeof openCourtNode>>;

/** Nodes on the first seats, each with tables of its own in the same place. */
export async function openCourtNodes(stage: CourtStage, count: number, place: DatabasePlace): Promise<CourtNode[]> {
  const nodes: CourtNode[] = [];
  for (const [seat, evaluator] of evaluators.slice(0, count).entries())
    nodes.push(
      await openCourtNode(stage, evaluator, { seatId: BigInt(seat), place: placeWithin(place, `seat${seat}`) }),
    );
  return nodes;
}
export const hashOf = (text: string): Hex => keccak256(toHex(text));
