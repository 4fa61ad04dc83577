import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import type { Deployment } from "../../sdk/index.ts";
import { type ChainClient, connect } from "../chain/connect.ts";
import type { DatabaseLostError } from "../database/database.ts";
import type { DatabasePlace } from "../database/databasePlace.ts";
import type { Database } from "../database/openDatabase.ts";
import { serveApp } from "../http/serveApp.ts";
import type { EvaluatorKey } from "../keys/evaluatorKey.ts";
import { createBoardClient } from "./boardClient.ts";
import { createChainFold } from "./chainFold.ts";
import { findSeat, missingBond, requireSuite } from "./checkSeat.ts";
import { createEvaluations } from "./evaluations.ts";
import { createEvidenceStore } from "./evidenceStore.ts";
import { createFeeClaimer } from "./feeClaimer.ts";
import { forgetRounds } from "./forgetRounds.ts";
import type { GrantedKey } from "./grantedKeys.ts";
import { createKeeper } from "./keeper.ts";
import { createLinkChains, type LinkChains } from "./linkChains.ts";
import { loadPlan } from "./loadPlan.ts";
import { createManifestStore } from "./manifestStore.ts";
import { createMeasure } from "./measure.ts";
import { createMetrics } from "./metrics.ts";
import { createNodeCalls } from "./nodeCalls.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import { type NodeLoop, startNodeLoop } from "./nodeLoop.ts";
import { openNodeDatabase } from "./openNodeDatabase.ts";
import { createOwnMessages } from "./ownMessages.ts";
import { createPeerMessages } from "./peerMessages.ts";
import { createPolicies } from "./policies.ts";
import { createRounds } from "./rounds.ts";
import { staggerOf } from "./roundTiming.ts";
import { createStatusApp, type NodeStatus, relayerStatus } from "./statusApp.ts";
import { createTransactions } from "./transactions.ts";

export interface NodeOptions {
  readonly config: NodeConfig;
  readonly deployment: Deployment;
  /** Where its tables are; in the data directory, with evidence and manifests, without. */
  readonly place?: DatabasePlace | undefined;
  readonly key: EvaluatorKey;
  readonly suite: Suite;
  /** Opened private packs: of this suite, or of those that evidence before was measured with. */
  readonly packs: readonly Pack[];
  /** Keys that manifests may name. */
  readonly apiKeys: readonly GrantedKey[];
  /** Gets a copy of all evidence. */
  readonly store?: BlobStore | undefined;
  readonly log: Logger;
}

export interface EvaluatorNode {
  /** Where status, metrics and evidence are served. */
  readonly url: string;
  /** Id of the seat. */
  readonly seat: bigint;
  /** Comes true when the hold on the database is gone: nothing is signed from then on, and the node has to end. */
  readonly failed: Promise<DatabaseLostError>;
  /** Aborts what is measured, waits for transactions and messages under way, and leaves the rest to the next start. */
  close(): Promise<void>;
}

/**
 * Starts an evaluator's node.
 * @throws RefusedStart (one line) when chain, contract, seat, suite or data directory are not what they must be, or the port is taken.
 */
export async function startNode(options: NodeOptions): Promise<EvaluatorNode> {
  const { config, deployment, key, suite, log } = options;
  const client = await connect(config.rpcUrls, deployment, log);
  const links = createLinkChains(key.linkSecrets);
  const seat = await findSeat(client, deployment, key.account.address, links);
  await requireSuite(client, deployment, suiteHash(suite));
  const missing = await missingBond(client, deployment, seat);
  if (missing > 0n)
    log.warn(
      { seat: `${seat}`, missing: `${missing}` },
      "the seat's bond is too small: no round counts on it (bondSeat)",
    );

  const directory = resolve(config.dataDir);
  const owner = `${key.account.address} on ${deployment.chainId}:${deployment.assay}`;
  const database = await openNodeDatabase(options.place ?? { directory }, directory, owner);
  try {
    return await assemble({ ...options, client, links, seat, database, directory });
  } catch (error) {
    await database.close();
    log.flush();
    throw error;
  }
}

interface Assembly extends NodeOptions {
  readonly client: ChainClient;
  readonly links: LinkChains;
  readonly seat: bigint;
  readonly database: Database;
  readonly directory: string;
}

async function assemble(parts: Assembly): Promise<EvaluatorNode> {
  const { config, deployment, key, suite, log, client, links, seat, database, directory } = parts;
  const { account } = key;
  const evidenceDir = join(directory, "evidence");
  const manifestDir = join(directory, "manifests");
  for (const path of [evidenceDir, manifestDir]) mkdirSync(path, { recursive: true });

  const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
  const stagger = staggerOf(deployment, config.timing);
  const metrics = createMetrics();
  const policies = createPolicies(client, deployment);
  const fold = createChainFold(database, client, deployment, policies.get);
  const transactions = createTransactions({
    client,
    account,
    database,
    config: config.transactions,
    pollMs: config.pollMs,
    metrics,
    log,
  });
  const calls = createNodeCalls(transactions, deployment);
  const boards = config.boards.map((url) => createBoardClient(url, log));
  const ownMessages = createOwnMessages(database, domain, account);
  const peers = createPeerMessages(database);
  const evidence = createEvidenceStore({ database, evidenceDir, shared: parts.store, log });
  const manifests = createManifestStore(manifestDir, config.allowPrivateHosts);
  const measure = createMeasure({ ...config, ...parts, domain, own: account.address, suite, manifests, evidenceDir });
  const evaluations = createEvaluations({
    own: account.address,
    measure,
    links,
    ownMessages,
    evidence,
    concurrency: config.concurrency,
    metrics,
    log,
  });
  const keeper = createKeeper({
    fold,
    policies,
    calls,
    own: account.address,
    seatId: seat,
    isLotteryFunded: policies.isLotteryFunded,
    stagger,
    log,
  });
  const epochLength = BigInt(deployment.epochLength);
  const feeClaimer = config.claimFees
    ? createFeeClaimer({ fold, policies, calls, own: account.address, epochLength, log })
    : undefined;
  const sources = { own: account.address, deployment, fold, policies, timing: config.timing };
  const rounds = createRounds({
    fold,
    loadPlan: (record) => loadPlan(sources, record),
    links,
    suiteHash: suiteHash(suite),
    stagger,
    ownMessages,
    exchange: { domain, own: account.address, ownMessages: ownMessages.ofRound, boards, peers, metrics, log },
    evaluations,
    calls,
    log,
  });
  const forgetBefore = async (roundId: bigint): Promise<void> => {
    await forgetRounds(database, roundId);
    await fold.forgetBefore(roundId);
    await evidence.forgetBefore(roundId);
  };

  let loop: NodeLoop | undefined;
  const status = (): NodeStatus => ({
    evaluator: account.address,
    seat,
    chainId: deployment.chainId,
    assay: deployment.assay,
    head: loop?.head(),
    currentRoundId: loop?.currentRoundId() ?? 0n,
    rounds: rounds.views(),
    lastPost: rounds.lastPosted(),
    relayer: relayerStatus(transactions.status()),
    endpoints: client.endpoints(),
    boards: boards.map(({ url, reachable }) => ({ url, reachable: reachable() })),
    errors: loop?.errors() ?? [],
    ready: loop?.ready() ?? false,
  });
  const served = await serveApp(createStatusApp({ status, metrics, evidence }), config.host, config.port);
  // Asked once now, so that a board that is down is in the log from the start; it is asked again on every pass.
  await Promise.all(boards.map((board) => board.check()));
  const started = startNodeLoop({
    config,
    client,
    deployment,
    fold,
    keeper,
    feeClaimer,
    rounds,
    boards,
    forgetBefore,
    metrics,
    log,
  });
  loop = started;
  log.info({ evaluator: account.address, seat: `${seat}`, url: served.url }, "evaluator's node started");

  return {
    url: served.url,
    seat,
    failed: database.lost,
    async close() {
      await Promise.all([started.stop(), evaluations.stop(), transactions.stop()]);
      await Promise.all([keeper.stop(), feeClaimer?.stop(), rounds.stop()]);
      await served.close();
      await database.close();
      log.info("evaluator's node stopped");
    },
  };
}
