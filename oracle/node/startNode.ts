import { join, resolve } from "node:path";
import type { Logger } from "pino";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import type { Deployment } from "../../sdk/index.ts";
import { type ChainClient, connect } from "../chain/connect.ts";
import { checkRetention } from "../court/checkRetention.ts";
import { createCourt } from "../court/court.ts";
import { loadDisputePlan } from "../court/disputePlan.ts";
import { createRetention } from "../court/retention.ts";
import type { DatabaseLostError } from "../database/database.ts";
import type { DatabasePlace } from "../database/databasePlace.ts";
import type { Database } from "../database/openDatabase.ts";
import { serveApp } from "../http/serveApp.ts";
import type { EvaluatorKey } from "../keys/evaluatorKey.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { createEvaluations } from "../work/evaluations.ts";
import { limitOf } from "../work/hostConcurrency.ts";
import { createMeasurer, type Measurer } from "../work/measurer.ts";
import { queuePlace } from "../work/queuePlace.ts";
import { openWorkQueue, type WorkQueue } from "../work/workQueue.ts";
import { createBoardClient } from "./boardClient.ts";
import { createChainFold } from "./chainFold.ts";
import { findSeat, missingBond, requireSuite } from "./checkSeat.ts";
import { createDisagreements } from "./disagreements.ts";
import { createEvidenceStore } from "./evidenceStore.ts";
import { createFeeClaimer } from "./feeClaimer.ts";
import { forgetRounds } from "./forgetRounds.ts";
import type { GrantedKey } from "./grantedKeys.ts";
import { createKeeper } from "./keeper.ts";
import { createLinkChains, type LinkChains } from "./linkChains.ts";
import { loadPlan } from "./loadPlan.ts";
import { createManifestStore } from "./manifestStore.ts";
import { createMeasure } from "./measure.ts";
import { createMetrics, type NodeMetrics } from "./metrics.ts";
import { createNodeCalls } from "./nodeCalls.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import { type NodeLoop, startNodeLoop } from "./nodeLoop.ts";
import type { NodeStatus } from "./nodeStatus.ts";
import { openHistory, type SigningHistory } from "./openHistory.ts";
import { openNodeDatabase } from "./openNodeDatabase.ts";
import { createPeerMessages } from "./peerMessages.ts";
import { createPlaceInLine } from "./placeInLine.ts";
import { createPolicies, type Policies } from "./policies.ts";
import { relayerStatus } from "./relayerStatus.ts";
import { createRounds } from "./rounds.ts";
import { staggerOf } from "./roundTiming.ts";
import { createStatusApp } from "./statusApp.ts";
import { createTransactions } from "./transactions.ts";
import { startWatch } from "./watch.ts";

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
  /** Where other evaluators' evidence is had, besides the store. */
  readonly peerStores?: readonly BlobStore[] | undefined;
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
  const policies = createPolicies(client, deployment);
  const { freezeWindow } = await policies.get(await policies.current());
  checkRetention(deployment, freezeWindow, config.retainRounds);
  const missing = await missingBond(client, deployment, seat);
  if (missing > 0n)
    log.warn(
      { seat: `${seat}`, missing: `${missing}` },
      "the seat's bond is too small: no round counts on it (bondSeat)",
    );

  const directory = resolve(config.dataDir);
  const owner = `${key.account.address} on ${deployment.chainId}:${deployment.assay}`;
  const database = await openNodeDatabase(options.place ?? { directory }, directory, owner);
  let history: SigningHistory | undefined;
  try {
    const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    const { timestamp } = await client.getBlock();
    history = await openHistory({ ...config, database, directory, domain, account: key.account, log }, timestamp);
    return await assemble({ ...options, client, policies, links, seat, database, directory, domain, history });
  } catch (error) {
    await history?.close();
    await database.close();
    log.flush();
    throw error;
  }
}

interface Assembly extends NodeOptions {
  readonly client: ChainClient;
  readonly policies: Policies;
  readonly links: LinkChains;
  readonly seat: bigint;
  readonly database: Database;
  readonly directory: string;
  readonly domain: SigningDomain;
  readonly history: SigningHistory;
}

async function assemble(parts: Assembly): Promise<EvaluatorNode> {
  const { config, deployment, key, suite, log, client, policies, links, seat, database, directory, domain, history } =
    parts;
  const { account } = key;
  const evidenceDir = join(directory, "evidence");
  const manifestDir = join(directory, "manifests");
  for (const path of [evidenceDir, manifestDir]) makeFolderSync(path);

  const { ownMessages } = history;
  const stagger = staggerOf(deployment, config.timing);
  const metrics = createMetrics();
  const fold = createChainFold(database, client, deployment, policies.get);
  const transactions = createTransactions({
    client,
    account: key.relaying ?? account,
    database,
    config: config.transactions,
    pollMs: config.pollMs,
    metrics,
    log,
  });
  const calls = createNodeCalls(transactions, deployment);
  const boards = config.boards.map((url) => createBoardClient(url, log));
  const peers = createPeerMessages(database);
  const evidence = createEvidenceStore({ database, evidenceDir, shared: parts.store, log });
  const manifests = createManifestStore(manifestDir, config.allowPrivateHosts);
  const place = parts.place ?? { directory };
  const queue = await openWorkQueue({ database, ...queuePlace(place), installs: true, log });
  const work = {
    domain,
    own: account.address,
    suite,
    profile: config.profile,
    queue,
    manifests,
    links,
    ownMessages,
    evidence,
    perHost: (host: string) => limitOf(config, host),
    metrics,
    log,
  };
  const measurer = ownMeasurer({ ...parts, evidenceDir, queue, metrics });
  const evaluations = createEvaluations({ ...work, measurer });
  const line = createPlaceInLine(fold, account.address, seat);
  const keeper = createKeeper({
    fold,
    policies,
    calls,
    line,
    isLotteryFunded: policies.isLotteryFunded,
    stagger,
    log,
  });
  const epochLength = BigInt(deployment.epochLength);
  const feeClaimer = config.claimFees
    ? createFeeClaimer({ fold, policies, calls, own: account.address, epochLength, log })
    : undefined;
  const disagreements = createDisagreements({ client, assay: deployment.assay, metrics, log });
  const sources = { own: account.address, deployment, fold, policies, timing: config.timing };
  const exchange = { domain, own: account.address, ownMessages: ownMessages.ofRound, boards, peers, metrics, log };
  const committee = { fold, links, suiteHash: suiteHash(suite), stagger, ownMessages, exchange, log };
  const court = createCourt({
    ...parts,
    ...committee,
    seatId: seat,
    own: account.address,
    loadPlan: (record) => loadPlan(sources, record),
    loadDisputePlan: (dispute) => loadDisputePlan({ ...sources, database }, dispute),
    line,
    // The queue is one, and so are the hands: what a dispute gives out is measured by whoever measures rounds.
    evaluations: createEvaluations({ ...work, measurer: undefined }),
    evidence,
    transactions,
    mayTakePart: (plan, now) => history.mayTakePart(plan, undefined, now),
    claimsFees: config.claimFees,
    answersForOthers: config.answerForOthers,
    stores: [...(parts.store ? [parts.store] : []), ...(parts.peerStores ?? [])],
    maxBytes: config.audit.maxMegabytes * 1_048_576,
    maxMilliseconds: config.audit.maxSeconds * 1_000,
  });
  const rounds = createRounds({
    ...committee,
    loadPlan: (record) => loadPlan(sources, record),
    evaluations,
    disagreements,
    calls,
    needsLink: court.needsLink,
    mayTakePart: history.mayTakePart,
  });
  const { retainRounds } = config;
  const policy = async () => policies.get(await policies.current());
  const retention = createRetention({ database, clocks: deployment, policy, retainRounds });
  const forget = async (now: bigint, roundId: bigint): Promise<void> => {
    const before = await retention.forgettableBefore(now, roundId);
    await forgetRounds(database, before);
    history.forgetBefore(before);
    await fold.forgetBefore(before);
    await evidence.forgetBefore(before);
    await court.forgetBefore(before, now);
    await database.tidy();
  };

  const relayer = (key.relaying ?? account).address;
  const selfWatch = startWatch({
    config,
    client,
    deployment,
    seat: { seatId: seat, signer: account.address, relayer },
    metrics,
    now: Date.now,
    log,
  });

  const watch = async (now: bigint): Promise<void> => {
    await history.watch(now);
    metrics.heldBack.set(history.heldBack().length);
  };

  let loop: NodeLoop | undefined;
  const status = (): NodeStatus => ({
    observes: false,
    evaluator: account.address,
    seat,
    chainId: deployment.chainId,
    assay: deployment.assay,
    head: loop?.head(),
    currentRoundId: loop?.currentRoundId() ?? 0n,
    rounds: rounds.views(),
    court: court.views(),
    lastPost: rounds.lastPosted(),
    relayer: relayerStatus(transactions.status()),
    endpoints: client.endpoints(),
    notFinal: rounds.notFinal(),
    heldBack: history.heldBack(),
    signerFailure: history.signerFailure(),
    boards: boards.map(({ url, reachable }) => ({ url, reachable: reachable() })),
    checks: selfWatch.results(),
    disagreements: disagreements.latest(),
    errors: loop?.errors() ?? [],
    ready: loop?.ready() ?? false,
    overdue: loop?.overdue(),
  });
  const served = await serveApp(createStatusApp({ status, metrics, evidence, log }), config.host, config.port);
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
    court,
    boards,
    forget,
    watch,
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
      await Promise.all([started.stop(), evaluations.stop(), transactions.stop(), selfWatch.stop()]);
      await Promise.all([keeper.stop(), feeClaimer?.stop(), rounds.stop(), court.stop()]);
      await served.close();
      await queue.close();
      await history.close();
      await database.close();
      log.info("evaluator's node stopped");
    },
  };
}

interface OwnMeasurerParts extends NodeOptions {
  readonly evidenceDir: string;
  readonly queue: WorkQueue;
  readonly metrics: NodeMetrics;
}

/** What measures in the node's own process; nothing when all is left to workers. */
function ownMeasurer({
  config,
  suite,
  packs,
  apiKeys,
  evidenceDir,
  queue,
  metrics,
  log,
}: OwnMeasurerParts): Measurer | undefined {
  if (config.concurrency === 0) return undefined;
  // The node copies evidence to its store when it takes it up: a store that fails must not cost the report.
  const measure = createMeasure({ ...config, suite, packs, apiKeys, evidenceDir, store: async () => false, log });
  const { evaluations } = metrics;
  return createMeasurer({ queue, measure, concurrency: config.concurrency, pollMs: 1_000, evaluations, log });
}
