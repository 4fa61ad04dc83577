import type { Address, PublicClient } from "viem";
import { type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";

/** The chain cannot be asked just now. */
export class ChainUnreachableError extends Error {
  override name = "ChainUnreachableError";
}

/** What the board has to know of the chain: whose messages it takes, and for which rounds. */
export interface ChainFacts {
  readonly signers: ReadonlySet<Address>;
  /** Number of the epoch of the latest block. */
  readonly currentRoundId: bigint;
}

export interface ChainView {
  facts(): Promise<ChainFacts>;
}

/** Milliseconds an answer of the chain is good for: seats change rarely and epochs are longer than this. */
const maxAgeMs = 1_000;

/**
 * Seats and time as the chain has them. Asked at most once a second however many messages arrive, and by no clock of the board's own.
 * @throws ChainUnreachableError (from `facts`) when the RPC does not answer.
 */
export function createChainView(client: PublicClient, deployment: Deployment, now: () => number): ChainView {
  let last: { readonly at: number; readonly facts: Promise<ChainFacts> } | undefined;

  return {
    facts() {
      if (last && now() - last.at < maxAgeMs) return last.facts;
      const facts = readFacts(client, deployment).catch((cause: unknown) => {
        throw new ChainUnreachableError("the chain does not answer: try again when it does", { cause });
      });
      last = { at: now(), facts };
      return facts;
    },
  };
}

async function readFacts(client: PublicClient, deployment: Deployment): Promise<ChainFacts> {
  const [block, signers] = await Promise.all([client.getBlock(), readSigners(client, deployment.policyBoard)]);
  const elapsed = block.timestamp - BigInt(deployment.genesis);
  return { signers: new Set(signers), currentRoundId: 1n + elapsed / BigInt(deployment.epochLength) };
}

async function readSigners(client: PublicClient, policyBoard: Address): Promise<Address[]> {
  const pointer = await client.readContract({
    address: policyBoard,
    abi: policyBoardAbi,
    functionName: "seatsPointer",
  });
  return signersAt(client, pointer);
}
