import type { Logger } from "pino";
import type { Deployment } from "../../sdk/index.ts";
import { connect } from "../chain/connect.ts";
import type { DatabaseLostError } from "../database/database.ts";
import type { DatabasePlace } from "../database/databasePlace.ts";
import { openDatabase } from "../database/openDatabase.ts";
import { serveApp } from "../http/serveApp.ts";
import { messagesPerEvaluator } from "../messages/message.ts";
import { createBoardApp } from "./boardApp.ts";
import { boardSchema, createBoardStore } from "./boardStore.ts";
import { createChainView } from "./chainView.ts";

export interface BoardOptions {
  readonly deployment: Deployment;
  readonly rpcUrls: readonly string[];
  /** Where messages are kept; in memory without. */
  readonly place?: DatabasePlace | undefined;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
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
 * @throws RefusedStart when the chain is not the deployment's, DirectoryLockedError when another board has the data directory,
 * CannotListenError when the port is taken.
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { deployment, rpcUrls, log } = options;
  const client = await connect(rpcUrls, deployment);
  const database = await openDatabase(options.place, boardSchema);
  const store = await createBoardStore(database, messagesPerEvaluator);
  const chain = createChainView(client, deployment, options.now);
  const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };

  const prune = async () => {
    const { currentRoundId } = await chain.facts();
    await store.forgetBefore(currentRoundId - BigInt(options.retainRounds));
  };
  const pruning = setInterval(
    () => prune().catch((error: unknown) => log.warn({ err: error }, "old rounds not pruned")),
    pruneEveryMs,
  );
  const shut = async () => {
    clearInterval(pruning);
    await database.close();
  };
  try {
    const app = await serveApp(createBoardApp({ store, chain, domain, log }), options.host, options.port);
    return { url: app.url, failed: database.lost, close: () => app.close().then(shut) };
  } catch (error) {
    await shut();
    throw error;
  }
}
