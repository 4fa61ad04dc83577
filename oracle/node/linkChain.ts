import type { Hex } from "viem";
import { chainFrom, chainLength, RoundOutsideChain } from "../../domain/seed.ts";

/** An evaluator's hash chain, kept at every 256th link: a round's link costs at most 255 hashes instead of 65,536. */
export interface LinkChain {
  readonly head: Hex;
  /** @throws RoundOutsideChain */
  linkOf(roundId: bigint): Hex;
}

const spacing = 256n;

/** Walks the chain once (a third of a second). Links equal those of `linkOf` in domain/seed.ts. */
export function createLinkChain(secret: Hex): LinkChain {
  const kept: Hex[] = [secret];
  let link = secret;
  for (let steps = 0n; steps < chainLength; steps += spacing) {
    link = chainFrom(link, spacing);
    kept.push(link);
  }
  return {
    head: link,
    linkOf(roundId) {
      const steps = chainLength - roundId;
      const from = roundId < 0n || steps < 0n ? undefined : kept[Number(steps / spacing)];
      if (from === undefined) throw new RoundOutsideChain(roundId);
      return chainFrom(from, steps % spacing);
    },
  };
}
