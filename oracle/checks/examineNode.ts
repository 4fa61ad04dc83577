import { resolve } from "node:path";
import type { PublicClient } from "viem";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import { suiteHash } from "../../evaluation/suite/suite.ts";
import { type Deployment, decodeError } from "../../sdk/index.ts";
import { connect } from "../chain/connect.ts";
import { checkRetention } from "../court/checkRetention.ts";
import type { DatabasePlace } from "../database/databasePlace.ts";
import { databasePlace } from "../database/databasePlace.ts";
import type { EvaluatorKey } from "../keys/evaluatorKey.ts";
import { openKeys } from "../keys/openKeys.ts";
import type { AskPassword } from "../keys/password.ts";
import { requireSuite } from "../node/checkSeat.ts";
import { type GrantedKey, readGrantedKeys } from "../node/grantedKeys.ts";
import { createLinkChains } from "../node/linkChains.ts";
import type { NodeConfig } from "../node/nodeConfig.ts";
import { createPolicies } from "../node/policies.ts";
import { type OpenedSuite, readEvidencePlaces, readStore, readSuite } from "../node/readSuite.ts";
import { readDeployment } from "../service/readConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { requireLogFile } from "../service/runService.ts";
import { checkBoards } from "./boards.ts";
import { type CheckName, type CheckResult, fail, failFrom, ok } from "./check.ts";
import { checkClock } from "./clock.ts";
import { checkDatabase } from "./database.ts";
import { checkHistory } from "./history.ts";
import { checkDisk, checkFsync, checkOpenFiles, openFileLimit } from "./machine.ts";
import { checkPort } from "./port.ts";
import { checkRpcs, type RpcAnswer } from "./rpc.ts";
import { checkGas, checkSeatAndBond } from "./seat.ts";

/** What the checks may touch of the process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Undefined where nobody could answer. */
  readonly ask: AskPassword | undefined;
}

export interface Purpose {
  /** Signs nothing: keys, seat and gas are not looked at. */
  readonly observes: boolean;
  /** The node may be running: what it holds is no fault. */
  readonly whileRunning: boolean;
}

/** All that a configuration names, opened. */
export interface Opened extends OpenedSuite {
  readonly deployment: Deployment;
  readonly place: DatabasePlace;
  /** Undefined for a node that only observes. */
  readonly key: EvaluatorKey | undefined;
  readonly apiKeys: readonly GrantedKey[];
  readonly store: BlobStore | undefined;
  /** Where other evaluators' evidence is had. */
  readonly peerStores: readonly BlobStore[];
}

export interface Examination {
  readonly results: readonly CheckResult[];
  /** Undefined when something of it could not be opened. */
  readonly opened: Opened | undefined;
}

/**
 * Looks at everything a node needs before it starts; the one list of checks behind `operator doctor` and every start. What depends on
 * something that failed is left out.
 */
export async function examineNode(
  config: NodeConfig,
  surroundings: Surroundings,
  purpose: Purpose,
): Promise<Examination> {
  const results: CheckResult[] = [];
  const attempt = createAttempt(results);
  const { env, now, ask } = surroundings;

  const deployment = await attempt(
    "deployment",
    async () => readDeployment(config.deployment),
    ({ assay, chainId }) => `Assay ${assay} on chain ${chainId}`,
  );
  const key =
    deployment && !purpose.observes
      ? await attempt(
          "key",
          () => openKeys(config, deployment, { env, ask }),
          ({ account, relaying }) => `signs as ${account.address}, relays as ${(relaying ?? account).address}`,
        )
      : undefined;
  const opened = await attempt(
    "suite",
    () => readSuite(config),
    ({ suite }) => `${suite.name}, ${suiteHash(suite)}`,
  );
  const apiKeys = await attempt(
    "api keys",
    () => readGrantedKeys(config, env),
    (keys) => (keys.length === 0 ? "none granted to manifests" : `${keys.length} granted to manifests`),
  );
  const { evidenceStore } = config;
  const store = await attempt(
    "evidence store",
    async () => ({
      store: await readStore(evidenceStore, env),
      peerStores: readEvidencePlaces(config.audit.evidenceFrom, env),
    }),
    () => (evidenceStore === undefined ? "none: evidence is kept in dataDir alone" : `${evidenceStore} takes blobs`),
  );
  const place = await attempt(
    "database",
    async () => databasePlace(config.database, { directory: resolve(config.dataDir), schema: "assay_node", env }),
    undefined,
  );

  const chain = deployment && (await checkRpcs(config.rpcUrls, deployment.chainId, now));
  results.push(...(chain?.results ?? []));
  if (chain && chain.answers.length > 0 && deployment)
    await examineChain({ attempt, results, deployment, key, answers: chain.answers, suite: opened?.suite, config });
  if (key && deployment) results.push(checkHistory(config.dataDir, key.account, domainOf(deployment)));
  const boards = await checkBoards(config.boards, now);
  results.push(...boards.results, checkClock(clocksOf(chain?.answers ?? [], boards.aheadMs, now())));
  results.push(await checkDisk(config.dataDir), await checkFsync(config.dataDir), checkOpenFiles(openFileLimit()));
  if (place) results.push(await checkDatabase(place, config, purpose.whileRunning));
  results.push(await checkPort(config, purpose.whileRunning));
  const { logFile } = config;
  if (logFile !== undefined)
    await attempt(
      "log",
      async () => requireLogFile(logFile),
      () => `${logFile} can be written to`,
    );

  const isOpened = deployment && place && opened && apiKeys && store && (key || purpose.observes);
  return { results, opened: isOpened ? { deployment, place, ...opened, apiKeys, key, ...store } : undefined };
}

type Attempt = <T>(
  name: CheckName,
  work: () => Promise<T>,
  describe: ((value: T) => string) | undefined,
) => Promise<T | undefined>;

/** Does something that may be refused, and notes what came of it; without `describe` only a refusal. */
const createAttempt =
  (results: CheckResult[]): Attempt =>
  async (name, work, describe) => {
    try {
      const value = await work();
      if (describe) results.push(ok(name, describe(value)));
      return value;
    } catch (error) {
      results.push(
        error instanceof RefusedStart
          ? failFrom(name, error)
          : fail(name, decodeError(error), "try again, or see the log"),
      );
      return undefined;
    }
  };

interface ChainSubject {
  readonly attempt: Attempt;
  readonly results: CheckResult[];
  readonly deployment: Deployment;
  readonly key: EvaluatorKey | undefined;
  readonly answers: readonly RpcAnswer[];
  readonly suite: OpenedSuite["suite"] | undefined;
  readonly config: Pick<NodeConfig, "retainRounds">;
}

/** What can be asked once an RPC answers: contracts, seat, bond, standards, gas. */
async function examineChain({
  attempt,
  results,
  deployment,
  key,
  answers,
  suite,
  config,
}: ChainSubject): Promise<void> {
  const urls = answers.map(({ url }) => url);
  const client = await attempt(
    "contracts",
    () => connect(urls, deployment),
    () => "code and clocks are the deployment's",
  );
  if (!client) return;
  if (key) results.push(...(await examineKey(client, deployment, key)));
  if (suite)
    await attempt(
      "standards",
      () => requireSuite(client, deployment, suiteHash(suite)),
      () => "they name this suite",
    );
  if (key)
    await attempt(
      "retention",
      async () => {
        const policies = createPolicies(client, deployment);
        const { freezeWindow } = await policies.get(await policies.current());
        checkRetention(deployment, freezeWindow, config.retainRounds);
      },
      () => `evidence of ${config.retainRounds} rounds is kept, which is enough`,
    );
}

async function examineKey(client: PublicClient, deployment: Deployment, key: EvaluatorKey): Promise<CheckResult[]> {
  const links = createLinkChains(key.linkSecrets);
  const seat = await checkSeatAndBond({ client, deployment, signer: key.account.address, links });
  return [...seat, await checkGas(client, deployment, (key.relaying ?? key.account).address)];
}

const domainOf = ({ chainId, assay, court }: Deployment) => ({ chainId: BigInt(chainId), assay, court });

const clocksOf = (answers: readonly RpcAnswer[], ofBoards: readonly number[], now: number) => ({
  aheadMs: [...ofBoards, ...answers.flatMap(({ aheadMs }) => (aheadMs === undefined ? [] : [aheadMs]))],
  blockTime: answers.length === 0 ? undefined : Math.max(...answers.map(({ block }) => block.timestamp)),
  now,
});
