import { type Abi, type Address, parseEventLogs, zeroAddress } from "viem";
import { expect } from "vitest";
import { z } from "zod";
import { assayAbi, assayVaultAbi, courtAbi, inspectorAbi, policyBoardAbi } from "../../../sdk/index.ts";
import type { IndexerProcess } from "../IndexerProcess.ts";
import type { Stage } from "../Stage.ts";
import type { History } from "./History.ts";

/** What has no entry of its own: allowances, and what another event of the same transaction tells better. */
const silent = new Set([
  "Assay:EIP712DomainChanged",
  "Assay:ParticipationCollected",
  "Assay:ResultLogged",
  "AssayVault:Approval",
  "AssayVault:BucketFilled",
  "Court:EIP712DomainChanged",
  "Court:Ruling",
  "PolicyBoard:Connected",
  "PolicyBoard:EIP712DomainChanged",
]);

const transferShape = z.object({
  from: z.string().optional(),
  sender: z.string().optional(),
  receiver: z.string().optional(),
});

/** Mints and burns, of tokens and of shares, and nothing sent: other events tell of those. */
function isSilent(kind: string, args: unknown): boolean {
  if (silent.has(kind)) return true;
  if (!kind.endsWith(":Transfer")) return false;
  const { from, sender, receiver } = transferShape.parse(args);
  return [from, sender, receiver].includes(zeroAddress);
}

/** Contract and name of every event on the chain that the feed has to tell, oldest first. */
async function emitted({ chain, deployment }: Stage): Promise<string[]> {
  const contracts: [string, Address, Abi][] = [
    ["Assay", deployment.assay, assayAbi],
    ["AssayVault", deployment.vault, assayVaultAbi],
    ["Court", deployment.court, courtAbi],
    ["Inspector", deployment.inspector, inspectorAbi],
    ["PolicyBoard", deployment.policyBoard, policyBoardAbi],
  ];
  const told = contracts.map(async ([name, address, abi]) => {
    const logs = await chain.getLogs({ address, fromBlock: BigInt(deployment.startBlock) });
    const events = parseEventLogs({ abi, logs });
    expect(events).toHaveLength(logs.length);
    return events
      .map(({ eventName, args, blockNumber, logIndex }) => ({
        kind: `${name}:${eventName}`,
        args,
        blockNumber,
        logIndex,
      }))
      .filter(({ kind, args }) => !isSilent(kind, args));
  });
  const all = (await Promise.all(told)).flat();
  all.sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex);
  return all.map(({ kind }) => kind);
}

const pageShape = z.object({
  activity: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(z.object({ contract: z.string(), kind: z.string() })),
  }),
});

const query = `query ($after: String) { activity(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { contract kind }
} }`;

/** The whole feed, page by page, newest first. */
async function feed(indexer: IndexerProcess): Promise<string[]> {
  const told: string[] = [];
  let after: string | null = null;
  do {
    const { activity }: z.infer<typeof pageShape> = await indexer.query(pageShape, query, { after });
    told.push(...activity.nodes.map(({ contract, kind }) => `${contract}:${kind}`));
    after = activity.pageInfo.hasNextPage ? activity.pageInfo.endCursor : null;
  } while (after !== null);
  return told;
}

/**
 * The feed, against the chain's logs: every event once, in order.
 * @returns the kinds of events that there were
 */
export async function expectSameFeed({ history, indexer }: { history: History; indexer: IndexerProcess }) {
  const expected = await emitted(history.stage);
  expect(await feed(indexer)).toEqual(expected.toReversed());
  return new Set(expected);
}
