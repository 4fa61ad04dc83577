import { concat, createWalletClient, type Hex, http, zeroHash } from "viem";
import { expect } from "vitest";
import { seatsOf } from "../../domain/committee.ts";
import type { Result } from "../../domain/result.ts";
import { versionIdOf } from "../../domain/version.ts";
import { manifestDigest, parseManifest } from "../../evaluation/manifest/manifest.ts";
import { entryArgument } from "../../oracle/court/courtTransactions.ts";
import { type FreezeRecord, readFreeze } from "../../oracle/court/freezeTable.ts";
import { readLog } from "../../oracle/court/logTables.ts";
import { openDatabase } from "../../oracle/database/openDatabase.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import { type Message, messageSchema } from "../../oracle/messages/message.ts";
import { batchDigest } from "../../oracle/messages/messageDigest.ts";
import { sessionOfDispute } from "../../oracle/messages/session.ts";
import { createChainFold } from "../../oracle/node/chainFold.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createPolicies } from "../../oracle/node/policies.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import type { ReferenceModelName } from "../../scripts/devnet/config.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi, assayVaultAbi, courtAbi } from "../../sdk/index.ts";
import { createChainActor } from "./chainActor.ts";
import { resultWord, testEvaluator } from "./committee.ts";
import { eventually } from "./eventually.ts";
import { openNodeStage } from "./nodeStage.ts";

export const token = 10n ** 18n;
/** What an appeal costs until it is over. */
export const disputeDeposit = 20n * token;

/** Long enough that a busy machine gets everybody's reports around between commitBy and revealBy; waiting is skipped. */
const epochLength = 60n;
const seatBond = 10_000n * token;
const seated = [0, 1, 2, 3, 4, 5].map(testEvaluator);

/** A busy machine may lose a connection that was kept open; the next one is new. */
const readJson = (url: string) =>
  eventually(url, 20, () =>
    fetch(url).then(
      (response) => response.json(),
      () => undefined,
    ),
  );

/**
 * Six seats, of which three have posted, with all their signatures, that a reference model fails. Somebody has appealed, and the other three
 * run nodes.
 * @param scores What the three said.
 */
export async function openAppealStage({ name, scores }: { name: ReferenceModelName; scores: Result["scores"] }) {
  const money = { evaluatorBondMin: seatBond, evaluationPrice: 15n * token, evaluationFee: token };
  const stage = await openNodeStage({ epochLength, policy: { ...money, disputeDeposit }, seated });
  const { chain, client, deployment, models, board, nodes } = stage;
  const { rpcUrl } = chain;
  const record = { address: deployment.assay, abi: assayAbi } as const;
  const court = { address: deployment.court, abi: courtAbi } as const;
  const wallet = createWalletClient({ account: devAccount(roles.deployer), transport: http(rpcUrl) });
  const succeeds = async (hash: Hex) =>
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");

  const story = new Story(rpcUrl, deployment);
  for (const seat of seated.keys()) await story.bondSeat(BigInt(seat), seatBond, roles.delegator);
  const actor = createChainActor(rpcUrl, deployment);
  await actor.approve();
  const uri = `${models.url}/${name}/manifest.json`;
  const digest = manifestDigest(parseManifest(await (await fetch(uri)).json(), uri));
  const versionId = versionIdOf(await actor.registerManifest(name, digest, uri), digest);
  await actor.bond(1n, 2_000n * token);
  await actor.prepay(1n, 100n);

  /** @returns the round, and the seats of its committee */
  const postFailure = async () => {
    await chain.skip(Number(epochLength));
    await actor.openRound();
    for (let i = 0; i < 3; i += 1) await chain.mine();
    const roundId = await client.readContract({ ...record, functionName: "currentRoundId" });
    await actor.capture(roundId);
    const signers = await client.readContract({ ...record, functionName: "committeeOf", args: [roundId, 0n] });
    const results = [{ modelId: 1n, digest, word: resultWord({ scores }) }];
    const batch = { roundId, shard: 0n, reportsRoot: zeroHash, results };
    const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    const committee = seatsOf(signers);
    const signatures = await Promise.all(
      committee.map((seat) => signDigests(testEvaluator(seat).account, [batchDigest(domain, batch)])),
    );
    const args = [batch, signers, concat(signatures)] as const;
    await succeeds(
      await wallet.writeContract({ ...record, chain: null, functionName: "post", args, gas: 10_000_000n }),
    );
    return { roundId, committee };
  };

  /** The log of the version and the freeze of the round, as whoever calls the court has to show them. */
  const shown = async (roundId: bigint) => {
    const database = await openDatabase(undefined, nodeSchema);
    const fold = createChainFold(database, client, deployment, createPolicies(client, deployment).get);
    await fold.advance(await client.getBlock());
    const { memoryBefore, entries } = await readLog(database, versionId);
    const frozen = await readFreeze(database, versionId, roundId);
    await database.close();
    return { log: { memoryBefore, entries: entries.map(entryArgument) }, frozen };
  };

  const { roundId, committee } = await postFailure();
  await stage.start([...seated.keys()].filter((seat) => !committee.includes(seat)));
  const { log, frozen } = await shown(roundId);
  const args = [versionId, log, 0n, frozen] as const;
  await succeeds(await wallet.writeContract({ ...court, chain: null, functionName: "appeal", args }));
  const disputeId = await client.readContract({ ...court, functionName: "disputeCount" });

  const events = <Name extends "DisputeExecuted" | "ReevaluationPosted" | "CommitteeDrawn">(eventName: Name) =>
    client.getContractEvents({ ...court, eventName, strict: true, fromBlock: 0n });
  const messages = async (kind: Message["kind"]): Promise<Message[]> => {
    const url = `${board.url}/v1/rounds/${sessionOfDispute(disputeId)}/messages?limit=200`;
    const page: { messages: { message: unknown }[] } = await readJson(url);
    return page.messages.map(({ message }) => messageSchema.parse(message)).filter((message) => message.kind === kind);
  };
  const commitBy = async (): Promise<bigint> => {
    const status = await readJson(`${nodes[0]?.url}/status`);
    return BigInt(status.court.reevaluations[0].commitBy);
  };
  /** Lets the chain's time pass up to a moment. */
  const skipTo = async (timestamp: bigint): Promise<void> => {
    const { timestamp: now } = await client.getBlock();
    if (now < timestamp) await chain.skip(Number(timestamp - now));
  };

  return {
    ...stage,
    versionId,
    roundId,
    disputeId,
    events,
    messages,
    skipTo,
    /** The freeze as the vault keeps it now. */
    frozen: async () => (await shown(roundId)).frozen,
    /** Events of the vault, which holds stake and deposits. */
    vaultEvents: <Name extends "FreezeRestored" | "FreezeReleased" | "ReevaluationFeePaid" | "DepositSettled">(
      eventName: Name,
    ) =>
      client.getContractEvents({
        address: deployment.vault,
        abi: assayVaultAbi,
        eventName,
        strict: true,
        fromBlock: 0n,
      }),
    /** Releases a freeze, as anyone may. */
    release: async (record: FreezeRecord): Promise<void> => {
      const call = { address: deployment.vault, abi: assayVaultAbi, functionName: "release" } as const;
      await succeeds(await wallet.writeContract({ ...call, chain: null, args: [record] }));
    },
    /** Waits until three have committed, and for the word they come to. */
    secondWord: async () => {
      const drawn = await eventually("the second committee", 60, async () => (await events("CommitteeDrawn"))[0]);
      expect(seatsOf(drawn.args.committee)).toHaveLength(3);
      // However long measuring takes on a busy machine: the dispute waits, because its clock is the chain's.
      await chain.freeze();
      await eventually("three commitments", 200, async () => {
        const commitments = await messages("commitment");
        return commitments.length === 3 ? commitments : undefined;
      });
      expect(await messages("report")).toEqual([]);
      // The clock jumps to the end of the time for commitments, and goes on from there as clocks do.
      await skipTo((await commitBy()) - 2n);
      await chain.thaw();
      return eventually("the second committee's word", 90, async () => (await events("ReevaluationPosted"))[0]);
    },
    /** Lets the time for going on to the arbitrator pass, and waits until the dispute is carried out. */
    executed: async () => {
      const { deadline } = await client.readContract({ ...court, functionName: "dispute", args: [disputeId] });
      await skipTo(BigInt(deadline) + 1n);
      return eventually("the end of the dispute", 60, async () => (await events("DisputeExecuted"))[0]);
    },
  };
}

export type AppealStage = Awaited<ReturnType<typeof openAppealStage>>;
