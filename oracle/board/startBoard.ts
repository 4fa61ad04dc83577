import { statfs } from "node:fs/promises";
import type { Logger } from "pino";
import type { Deployment } from "../../sdk/index.ts";
import { connect } from "../chain/connect.ts";
import type { DatabaseLostError } from "../database/database.ts";
import type { DatabasePlace } from "../database/databasePlace.ts";
import { openDatabase } from "../database/openDatabase.ts";
import { createClientAddress } from "../http/clientAddress.ts";
import { createRateLimit } from "../http/rateLimit.ts";
import { serveApp } from "../http/serveApp.ts";
import { messagesPerEvaluator } from "../messages/message.ts";
import { roundIdAt } from "../node/roundTiming.ts";
import { createBoardApp } from "./boardApp.ts";
import { type BoardLimits, boardLimitsSchema } from "./boardLimits.ts";
import { createBoardMetrics } from "./boardMetrics.ts";
import { boardSchema, createBoardStore } from "./boardStore.ts";
import { createChainView } from "./chainView.ts";
import { createReadiness } from "./readiness.ts";

export interface BoardOptions {
  readonly deployment: Deployment;
  readonly rpcUrls: readonly string[];
  /** Where messages are kept; in memory without. */
  readonly place?: DatabasePlace | undefined;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The configuration's defaults without. */
  readonly limits?: BoardLimits | undefined;
  /** Addresses and ranges whose X-Forwarded-For is believed; nobody's without. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Rounds kept before the running one. */
  readonly retainRounds: number;
  readonly log: Logger;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
}

export interface Board {
  readonly url: string;
  /** Comes true when the hold on the database is gone: the board has to end. */
  readonly failed: Promise<DatabaseLostError>;
  close(): Promise<void>;
}

const pruneEveryMs = 10_000;

/**
 * Starts a message board.
 * @throws RefusedStart when the chain is not the deployment's, another board has the data directory, or the port is taken
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { deployment, rpcUrls, log, limits = boardLimitsSchema.parse({}) } = options;
  const client = await connect(rpcUrls, deployment);
  const database = await openDatabase(options.place, boardSchema);
  const store = await createBoardStore(database, {
    messages: messagesPerEvaluator,
    bytes: limits.bytesPerEvaluator,
  });
  const chain = createChainView(client, deployment, options.now);
  const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
  const readiness = createReadiness({ store, chain, log, now: options.now });
  const metrics = createBoardMetrics({
    size: store.size,
    isReady: async () => (await readiness()).ok,
    headAgeSeconds: chain.headAgeSeconds,
    diskFreeBytes: () => diskFreeBytes(options.place),
  });

  let tidiedIn: bigint | undefined;
  const prune = async () => {
    const { currentRoundId } = await chain.facts();
    const oldest = currentRoundId - BigInt(options.retainRounds);
    await store.forgetBefore(oldest);
    // The reports of a second committee are kept as long as those of the rounds it ended in.
    await store.forgetDisputes(async (disputeId) => {
      const facts = await chain.dispute(disputeId);
      return facts === undefined || roundIdAt(deployment, facts.deadline) < oldest;
    });
    if (tidiedIn !== currentRoundId) await database.tidy();
    tidiedIn = currentRoundId;
  };
  const pruning = setInterval(
    () => prune().catch((error: unknown) => log.warn({ err: error }, "old rounds not pruned")),
    pruneEveryMs,
  );
  const shut = async () => {
    clearInterval(pruning);
    await database.close();
  };
  const app = createBoardApp({
    store,
    chain,
    domain,
    log,
    metrics,
    readiness,
    clientAddress: createClientAddress(options.trustedProxies ?? []),
    messageRate: createRateLimit(limits.messagesPerSecond),
    postRate: createRateLimit(limits.postsPerSecond),
    readRate: createRateLimit(limits.readsPerSecond),
  });
  try {
    const served = await serveApp(app, options.host, options.port);
    return { url: served.url, failed: database.lost, close: () => served.close().then(shut) };
  } catch (error) {
    await shut();
    throw error;
  }
}

/** Undefined where the messages are not in a directory of this machine. */
async function diskFreeBytes(place: DatabasePlace | undefined): Promise<number | undefined> {
  if (!place || "url" in place) return undefined;
  const { bavail, bsize } = await statfs(place.directory);
  return bavail * bsize;
}
