import type { Hex } from "viem";
import { createLinkChain, type LinkChain } from "./linkChain.ts";

/** The hash chains whose secrets this node has. A seat may take a new one at any time; rounds that are open go on with the old. */
export interface LinkChains {
  /** Whether this node can give links of the chain with this head. */
  has(head: Hex): boolean;
  /** @throws UnknownLinkHeadError, RoundOutsideChain */
  linkOf(head: Hex, roundId: bigint): Hex;
}

/** The secret behind a hash chain is not among those this node has. */
export class UnknownLinkHeadError extends Error {
  override name = "UnknownLinkHeadError";
}

/** @param secrets The likeliest first: a chain is walked (a third of a second) only when none before it is the one asked for. */
export function createLinkChains(secrets: readonly Hex[]): LinkChains {
  const walked = new Map<Hex, LinkChain>();
  const left = [...secrets];
  const find = (head: Hex): LinkChain | undefined => {
    while (!walked.has(head)) {
      const secret = left.shift();
      if (secret === undefined) return undefined;
      const chain = createLinkChain(secret);
      walked.set(chain.head, chain);
    }
    return walked.get(head);
  };
  return {
    has: (head) => find(head) !== undefined,
    linkOf(head, roundId) {
      const chain = find(head);
      if (!chain)
        throw new UnknownLinkHeadError(
          `no link secret here belongs to the hash chain that begins with ${head}: add it to the key file`,
        );
      return chain.linkOf(roundId);
    },
  };
}
