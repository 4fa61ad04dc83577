import type { Logger } from "pino";
import { decodeFunctionData, type Hex, type PublicClient } from "viem";
import type { Batch } from "../../domain/typedData.ts";
import { assayAbi } from "../../sdk/index.ts";
import type { Queryable } from "../database/openDatabase.ts";
import { batchDigest, type SigningDomain } from "../messages/messageDigest.ts";
import type { ChainFold } from "../node/chainFold.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import type { PeerMessages } from "../node/peerMessages.ts";
import type { PlaceInLine } from "../node/placeInLine.ts";
import type { RoundPlan } from "../node/roundPlan.ts";
import type { RoundRecord } from "../node/roundTables.ts";
import { TransactionFailed } from "../node/transactions.ts";
import { type Clocks, closesAt } from "./clocks.ts";
import { type CourtTransactions, entryArgument } from "./courtTransactions.ts";
import { findWrongMedian, type WrongMedian } from "./findWrongMedian.ts";
import { readFreeze } from "./freezeTable.ts";
import { readLog } from "./logTables.ts";
import { createTurns } from "./turns.ts";

/** Holds what was posted in this node's rounds against the reports it saw, once a round is closed, and proves what does not follow. */
export interface MedianChecker {
  /** @param roundId Number of the running epoch. */
  pursue(now: bigint, roundId: bigint): Promise<void>;
  stop(): Promise<void>;
}

export interface MedianCheckerParts {
  readonly database: Queryable;
  readonly client: Pick<PublicClient, "getTransaction">;
  readonly domain: SigningDomain;
  readonly fold: Pick<ChainFold, "round" | "results">;
  readonly loadPlan: (record: RoundRecord) => Promise<RoundPlan | undefined>;
  readonly peers: Pick<PeerMessages, "ofRound">;
  readonly transactions: Pick<CourtTransactions, "proveWrongMedian">;
  readonly line: PlaceInLine;
  readonly clocks: Clocks;
  readonly stagger: bigint;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** A batch as it was posted. */
interface PostedBatch {
  readonly batch: Batch;
  readonly signers: bigint;
  readonly signatures: Hex;
}

interface Found extends PostedBatch {
  readonly wrong: WrongMedian;
}

/** Closed rounds looked at again after a start. */
const roundsLookedBack = 4n;

export function createMedianChecker(parts: MedianCheckerParts): MedianChecker {
  const { fold, peers, line, clocks, stagger, metrics, log } = parts;
  const turns = createTurns(stagger);
  /** By round; a round without an entry was not looked at yet. */
  const found = new Map<bigint, readonly Found[]>();
  let underWay: Promise<void> | undefined;

  const look = async (roundId: bigint): Promise<readonly Found[]> => {
    const record = await fold.round(roundId);
    const plan = record && (await parts.loadPlan(record));
    if (!plan) return [];
    const messages = await peers.ofRound(roundId);
    const wrongs: Found[] = [];
    for (const hash of new Set((await fold.results(roundId)).values())) {
      const posted = postedIn((await parts.client.getTransaction({ hash })).input);
      if (posted?.batch.roundId !== roundId || posted.batch.shard !== plan.shard) continue;
      const wrong = findWrongMedian(plan, posted.batch, messages);
      if (!wrong) continue;
      log.error(
        { roundId: `${roundId}`, transaction: hash, versionId: wrong.versionId },
        "a posted result is no median",
      );
      wrongs.push({ ...posted, wrong });
    }
    return wrongs;
  };

  const prove = async ({ batch, signers, signatures, wrong }: Found): Promise<void> => {
    const { versionId, entry, reports, path } = wrong;
    const { roundId } = batch;
    const about = { roundId: `${roundId}`, versionId };
    const proof = {
      batch: { ...batch, results: [...batch.results] },
      signers,
      signatures,
      entry: BigInt(entry),
      reports: [...reports],
      path: [...path],
    };
    const { memoryBefore, entries } = await readLog(parts.database, versionId);
    const shown = { memoryBefore, entries: entries.map(entryArgument) };
    const frozen = await readFreeze(parts.database, versionId, roundId);
    try {
      const digest = batchDigest(parts.domain, batch);
      const outcome = await parts.transactions.proveWrongMedian(`${digest}:${entry}`, [proof, shown, frozen]);
      found.set(
        roundId,
        (found.get(roundId) ?? []).filter((each) => each.wrong !== wrong),
      );
      metrics.proofs.inc({ fault: "wrong-median", outcome: "hash" in outcome ? "sent" : "alreadyDone" });
      log.warn({ ...about, ...outcome }, "wrong median proven");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      metrics.proofs.inc({ fault: "wrong-median", outcome: "failed" });
      log.warn(about, `wrong median not proven yet: ${error.message}`);
    }
  };

  return {
    async pursue(now, roundId) {
      for (let closed = roundId - 3n; closed > 0n && closed > roundId - 3n - roundsLookedBack; closed -= 1n)
        if (!found.has(closed) && now >= closesAt(clocks, closed)) found.set(closed, await look(closed));
      for (const round of found.keys()) if (round < roundId - 64n) found.delete(round);
      if (underWay) return;
      for (const [round, wrongs] of found) {
        const [next] = wrongs;
        const subject = `${round}:${next?.wrong.versionId}`;
        if (!next || !turns.isDue(subject, await line.of(round), now)) continue;
        turns.rest(subject, now);
        underWay = prove(next)
          .catch((error: unknown) => log.error({ err: error }, "wrong median not proven"))
          .finally(() => {
            underWay = undefined;
          });
        return;
      }
    },
    async stop() {
      await underWay;
    },
  };
}

/** Undefined for a transaction that does not post by itself: what another contract posted is not in its own data. */
function postedIn(data: Hex): PostedBatch | undefined {
  try {
    const { functionName, args } = decodeFunctionData({ abi: assayAbi, data });
    if (functionName !== "post") return undefined;
    const [batch, signers, signatures] = args;
    return { batch, signers, signatures };
  } catch {
    return undefined;
  }
}
