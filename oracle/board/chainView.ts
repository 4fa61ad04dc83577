import { type Address, type PublicClient, zeroAddress } from "viem";
import { assayAbi, type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";
import { createDisputeView, type DisputeView } from "./disputeView.ts";

/** The chain cannot be asked just now. */
export class ChainUnreachableError extends Error {
  override name = "ChainUnreachableError";
}

/** What the board has to know of the chain: whose messages it takes, and for which rounds. */
export interface ChainFacts {
  /** Signing keys that a round counts on, by round; no round that is not open. */
  readonly signersOf: ReadonlyMap<bigint, ReadonlySet<Address>>;
  /** Number of the epoch of the latest block. */
  readonly currentRoundId: bigint;
  /** Keys on the list that was sealed last. */
  readonly seats: number;
  /** Number of the latest block. */
  readonly headBlock: bigint;
}

export interface ChainView extends DisputeView {
  facts(): Promise<ChainFacts>;
  /** Seconds since the latest block was seen here for the first time. */
  headAgeSeconds(): Promise<number>;
}

/** Milliseconds an answer of the chain is good for: seats change rarely and epochs are longer than this. */
const maxAgeMs = 1_000;

/** Rounds the contract may still take a batch for: the running epoch's and those of the three before. */
export const roundsBehind = 3n;

/**
 * Seats and time as the chain has them. Asked at most once a second however many messages arrive, and by no clock of the board's own.
 * @throws ChainUnreachableError (from all) when the RPC does not answer.
 */
export function createChainView(client: PublicClient, deployment: Deployment, now: () => number): ChainView {
  const disputes = createDisputeView(client, deployment, now);
  let last: { readonly at: number; readonly facts: Promise<ChainFacts> } | undefined;
  let head = { block: -1n, seenAt: now() };

  const read = async (): Promise<ChainFacts> => {
    const facts = await readFacts(client, deployment).catch(unreachable);
    if (facts.headBlock !== head.block) head = { block: facts.headBlock, seenAt: now() };
    return facts;
  };
  const facts = (): Promise<ChainFacts> => {
    if (!last || now() - last.at >= maxAgeMs) last = { at: now(), facts: read() };
    return last.facts;
  };

  return {
    facts,
    dispute: (disputeId) => disputes.dispute(disputeId).catch(unreachable),
    async headAgeSeconds() {
      // A chain that does not answer shows no new block either.
      await facts().catch(() => undefined);
      return (now() - head.seenAt) / 1_000;
    },
  };
}

function unreachable(cause: unknown): never {
  throw new ChainUnreachableError("the chain does not answer: try again when it does", { cause });
}

async function readFacts(client: PublicClient, deployment: Deployment): Promise<ChainFacts> {
  const board = { address: deployment.policyBoard, abi: policyBoardAbi } as const;
  const [block, pointer] = await Promise.all([
    client.getBlock(),
    client.readContract({ ...board, functionName: "seatsPointer" }),
  ]);
  const currentRoundId = 1n + (block.timestamp - BigInt(deployment.genesis)) / BigInt(deployment.epochLength);
  const rounds = Array.from({ length: Number(roundsBehind) + 1 }, (_, behind) => currentRoundId - BigInt(behind));
  const [seats, ...lists] = await Promise.all([
    signersAt(client, pointer),
    ...rounds.filter((roundId) => roundId > 0n).map((roundId) => readSigners(client, deployment, roundId)),
  ]);
  return { signersOf: new Map(lists.flat()), currentRoundId, seats: seats.length, headBlock: block.number };
}

async function readSigners(
  client: PublicClient,
  { assay }: Deployment,
  roundId: bigint,
): Promise<(readonly [bigint, ReadonlySet<Address>])[]> {
  const { seatsPointer } = await client.readContract({
    address: assay,
    abi: assayAbi,
    functionName: "round",
    args: [roundId],
  });
  return seatsPointer === zeroAddress ? [] : [[roundId, new Set(await signersAt(client, seatsPointer))]];
}
