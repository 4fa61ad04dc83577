import type { Logger } from "pino";
import type { Address, PublicClient } from "viem";
import type { Intents } from "./intents.ts";

/** Finds transactions of the relaying key that this node did not send: another node with the same key sends them, or its owner does. */
export interface NonceWatch {
  /** Counts anew, when it is time to. */
  look(): Promise<void>;
  /** Notes transactions that were found otherwise: with the nonce of one of this node's. */
  note(count: number): void;
  /** Transactions that others sent within the last hour. */
  lately(): number;
}

export interface NonceWatchParts {
  readonly client: PublicClient;
  readonly address: Address;
  readonly intents: Intents;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly onFound: (count: number) => void;
  readonly log: Logger;
}

const everyMs = 10_000;
const hourMs = 3_600_000;
/** Fewer within an hour may be a person's. */
export const manyForeign = 3;

/**
 * The chain counts a key's transactions; all that are this node's are written down before they are sent. What the count has more is
 * somebody else's. What was sent before the start counts for nothing: the key may have been a person's.
 */
export function createNonceWatch({ client, address, intents, now, onFound, log }: NonceWatchParts): NonceWatch {
  /** Transactions accounted for. */
  let accounted: number | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let found: readonly { readonly at: number; readonly count: number }[] = [];
  let isTold = false;

  const lately = (): number => {
    found = found.filter(({ at }) => now() - at < hourMs);
    return found.reduce((sum, { count }) => sum + count, 0);
  };

  const note = (count: number): void => {
    found = [...found, { at: now(), count }];
    onFound(count);
    const many = lately() >= manyForeign;
    if (many && !isTold)
      log.error({ relayer: address, transactions: lately() }, "another process sends from the relaying key");
    else if (!many) log.warn({ relayer: address, count }, "a transaction of the relaying key is not this node's");
    isTold = many;
  };

  return {
    lately,
    note,
    async look() {
      if (now() - lookedAt < everyMs) return;
      lookedAt = now();
      // In this order: what this node sends between the two questions is known then.
      const onChain = await client.getTransactionCount({ address, blockTag: "latest" });
      const own = (await intents.highestNonce()) ?? -1;
      const known = Math.max(accounted ?? onChain, own + 1);
      accounted = Math.max(known, onChain);
      if (onChain > known) note(onChain - known);
    },
  };
}
