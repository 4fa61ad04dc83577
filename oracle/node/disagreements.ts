import type { Logger } from "pino";
import { type Address, type Hex, type PublicClient, parseEventLogs } from "viem";
import { families, familyIndexes } from "../../domain/families.ts";
import { unpackResult } from "../../domain/result.ts";
import { assayAbi } from "../../sdk/index.ts";
import type { NodeMetrics } from "./metrics.ts";

/** How far this node's own measurement of a version lies from what its committee posted. */
export interface Disagreement {
  readonly roundId: bigint;
  readonly versionId: Hex;
  /** Family in which they lie furthest apart. */
  readonly family: string;
  /** bps, this node's; and what was posted. */
  readonly own: number;
  readonly posted: number;
}

/** Compares what this node measured with what is posted, each round once. */
export interface Disagreements {
  /**
   * @param own This node's result words by version.
   * @param posted Transactions that posted the round's results, by version.
   */
  compare(roundId: bigint, own: ReadonlyMap<Hex, bigint>, posted: ReadonlyMap<Hex, Hex>): Promise<void>;
  /** The last ones, newest last. */
  latest(): readonly Disagreement[];
}

export interface DisagreementsParts {
  readonly client: PublicClient;
  readonly assay: Address;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

const kept = 64;

export function createDisagreements({ client, assay, metrics, log }: DisagreementsParts): Disagreements {
  const latest: Disagreement[] = [];

  const postedWords = async (roundId: bigint, transactions: Iterable<Hex>): Promise<Map<Hex, bigint>> => {
    const words = new Map<Hex, bigint>();
    for (const hash of new Set(transactions)) {
      const { logs } = await client.getTransactionReceipt({ hash });
      const own = logs.filter(({ address }) => address.toLowerCase() === assay.toLowerCase());
      for (const { args } of parseEventLogs({ abi: assayAbi, eventName: "ResultPosted", logs: own }))
        if (args.roundId === roundId) words.set(args.versionId, args.word);
    }
    return words;
  };

  const note = (found: Disagreement): void => {
    latest.push(found);
    if (latest.length > kept) latest.shift();
    const { roundId, versionId, family, own, posted } = found;
    log.info({ roundId: `${roundId}`, versionId, family, own, posted }, "own measurement beside the posted one");
  };

  return {
    async compare(roundId, own, posted) {
      if (own.size === 0) return;
      const words = await postedWords(roundId, posted.values());
      const furthest = new Map<string, number>();
      for (const [versionId, word] of own) {
        const other = words.get(versionId);
        const apart = other === undefined ? [] : distances(word, other);
        for (const { family, bps } of apart) furthest.set(family, Math.max(furthest.get(family) ?? 0, bps));
        const [worst] = apart.sort((a, b) => b.bps - a.bps);
        if (worst) note({ roundId, versionId, ...worst });
      }
      for (const [family, bps] of furthest) metrics.disagreement.set({ family }, bps);
    },
    latest: () => latest,
  };
}

/** Family by family where both measured it. */
function distances(ownWord: bigint, postedWord: bigint) {
  const [own, posted] = [unpackResult(ownWord), unpackResult(postedWord)];
  return familyIndexes
    .filter((index) => ((own.flags & posted.flags) >> BigInt(index)) & 1n)
    .map((index) => {
      const [a, b] = [Number(own.scores[index]), Number(posted.scores[index])];
      return { family: families[index], own: a, posted: b, bps: Math.abs(a - b) };
    });
}
