import { join, resolve } from "node:path";
import type { Address, Hex } from "viem";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import { suiteHash } from "../../evaluation/suite/suite.ts";
import { connect } from "../chain/connect.ts";
import type { Database } from "../database/openDatabase.ts";
import { serveApp } from "../http/serveApp.ts";
import { createBoardClient } from "../node/boardClient.ts";
import { createChainFold } from "../node/chainFold.ts";
import { createDisagreements } from "../node/disagreements.ts";
import { createEvidenceStore } from "../node/evidenceStore.ts";
import { forgetRounds } from "../node/forgetRounds.ts";
import type { LinkChains } from "../node/linkChains.ts";
import { createManifestStore } from "../node/manifestStore.ts";
import { createMeasure } from "../node/measure.ts";
import { createMetrics } from "../node/metrics.ts";
import { type NodeLoop, startNodeLoop } from "../node/nodeLoop.ts";
import type { NodeStatus } from "../node/nodeStatus.ts";
import { openNodeDatabase } from "../node/openNodeDatabase.ts";
import { createPeerMessages } from "../node/peerMessages.ts";
import { createPolicies } from "../node/policies.ts";
import type { EvaluatorNode, NodeOptions } from "../node/startNode.ts";
import { createStatusApp } from "../node/statusApp.ts";
import { startWatch } from "../node/watch.ts";
import { createEvaluations } from "../work/evaluations.ts";
import { limitOf } from "../work/hostConcurrency.ts";
import { createMeasurer } from "../work/measurer.ts";
import { queuePlace } from "../work/queuePlace.ts";
import { openWorkQueue } from "../work/workQueue.ts";
import { createObservedRounds } from "./observedRounds.ts";
import { readOnlyBoard } from "./readOnlyBoard.ts";
import { createUnsignedReports } from "./unsignedReports.ts";

export interface ObserverOptions extends Omit<NodeOptions, "key"> {
  /** Stands in probe seeds where an evaluator's address and link do; its own alone, so that its probes are nobody else's. */
  readonly identity: { readonly address: Address; readonly link: Hex };
}

/**
 * Starts a node that measures, reads and judges, but has no key, signs nothing and submits nothing.
 * @throws RefusedStart (one line) as startNode does, but for what concerns keys and seats.
 */
export async function startObserver(options: ObserverOptions): Promise<Omit<EvaluatorNode, "seat">> {
  const { config, deployment, log } = options;
  const directory = resolve(config.dataDir);
  const owner = `an observer on ${deployment.chainId}:${deployment.assay}`;
  const database = await openNodeDatabase(options.place ?? { directory }, directory, owner);
  try {
    return await assemble(options, database, directory);
  } catch (error) {
    await database.close();
    log.flush();
    throw error;
  }
}

async function assemble(options: ObserverOptions, database: Database, directory: string) {
  const { config, deployment, identity, suite, packs, apiKeys, log } = options;
  const evidenceDir = join(directory, "evidence");
  const manifestDir = join(directory, "manifests");
  for (const path of [evidenceDir, manifestDir]) makeFolderSync(path);

  const client = await connect(config.rpcUrls, deployment, log);
  const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
  const own = identity.address;
  const metrics = createMetrics();
  const policies = createPolicies(client, deployment);
  const fold = createChainFold(database, client, deployment, policies.get);
  const boards = config.boards.map((url) => readOnlyBoard(createBoardClient(url, log)));
  const peers = createPeerMessages(database);
  const evidence = createEvidenceStore({ database, evidenceDir, shared: options.store, log });
  const queue = await openWorkQueue({ database, ...queuePlace(options.place ?? { directory }), installs: true, log });
  const measure = createMeasure({ ...config, suite, packs, apiKeys, evidenceDir, store: async () => false, log });
  const measurerParts = { queue, measure, pollMs: 1_000, evaluations: metrics.evaluations, log };
  const reports = createUnsignedReports();
  const evaluations = createEvaluations({
    domain,
    own,
    suite,
    profile: config.profile,
    queue,
    measurer: createMeasurer({ ...measurerParts, concurrency: Math.max(1, config.concurrency) }),
    manifests: createManifestStore(manifestDir, config.allowPrivateHosts),
    links: anyLink(identity.link),
    ownMessages: reports.sink,
    evidence,
    perHost: (host) => limitOf(config, host),
    metrics,
    log,
  });
  const disagreements = createDisagreements({ client, assay: deployment.assay, metrics, log });
  const rounds = createObservedRounds({
    fold,
    deployment,
    policies,
    timing: config.timing,
    suiteHash: suiteHash(suite),
    reports,
    exchange: { domain, own, ownMessages: async () => [], boards, peers, metrics, log },
    evaluations,
    disagreements,
    log,
  });
  const forget = async (_: bigint, currentRoundId: bigint): Promise<void> => {
    const roundId = currentRoundId - BigInt(config.retainRounds);
    await forgetRounds(database, roundId);
    await fold.forgetBefore(roundId);
    await evidence.forgetBefore(roundId);
    reports.forgetBefore(roundId);
    await database.tidy();
  };
  const watch = startWatch({ config, client, deployment, seat: undefined, metrics, now: Date.now, log });

  let loop: NodeLoop | undefined;
  const status = (): NodeStatus => ({
    observes: true,
    evaluator: own,
    seat: undefined,
    chainId: deployment.chainId,
    assay: deployment.assay,
    head: loop?.head(),
    currentRoundId: loop?.currentRoundId() ?? 0n,
    rounds: rounds.views(),
    court: { challenges: [], reevaluations: [], audits: [] },
    lastPost: rounds.lastPosted(),
    notFinal: [],
    heldBack: [],
    signerFailure: undefined,
    relayer: undefined,
    endpoints: client.endpoints(),
    boards: boards.map(({ url, reachable }) => ({ url, reachable: reachable() })),
    checks: watch.results(),
    disagreements: disagreements.latest(),
    errors: loop?.errors() ?? [],
    ready: loop?.ready() ?? false,
    overdue: loop?.overdue(),
  });
  const served = await serveApp(createStatusApp({ status, metrics, evidence, log }), config.host, config.port);
  const keeper = { pursue: async () => undefined, stop: async () => undefined };
  const loopParts = {
    config,
    client,
    deployment,
    fold,
    keeper,
    feeClaimer: undefined,
    court: undefined,
    rounds,
    boards,
    forget,
  };
  const started = startNodeLoop({ ...loopParts, metrics, log });
  loop = started;
  log.info({ url: served.url }, "observer started: it measures and judges, and signs and submits nothing");

  return {
    url: served.url,
    failed: database.lost,
    async close() {
      await Promise.all([started.stop(), evaluations.stop(), watch.stop()]);
      await served.close();
      await queue.close();
      await database.close();
      log.info("observer stopped");
    },
  };
}

/** An observer belongs to no hash chain: one secret serves for all. */
const anyLink = (link: Hex): LinkChains => ({ has: () => true, linkOf: () => link });
