import { join } from "node:path";
import type { Logger } from "pino";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";
import { type CheckResult, startIsRefused } from "../checks/check.ts";
import { examineNode, type Surroundings } from "../checks/examineNode.ts";
import { startObserver } from "../observe/startObserver.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { createLog, type Service } from "../service/runService.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import { startNode } from "./startNode.ts";

/**
 * Starts a node from its configuration, once everything it needs has been looked at.
 * @throws RefusedStart with a line for each check that failed
 */
export async function openNode(config: NodeConfig, surroundings: Surroundings): Promise<Service> {
  const { results, opened } = await examineNode(config, surroundings, { observes: false, whileRunning: false });
  const key = opened?.key;
  if (!opened || !key || startIsRefused(results)) throw refusalOf(results);
  const log = logOf(config, results);
  const node = await startNode({ ...opened, config, key, log });
  return {
    ready: `evaluator ${key.account.address} seat ${node.seat} ready ${node.url}`,
    failed: node.failed,
    close: node.close,
  };
}

/**
 * Starts a node that only observes: it needs no key and no seat.
 * @throws RefusedStart as openNode
 */
export async function openObserver(given: NodeConfig, surroundings: Surroundings): Promise<Service> {
  // Beside what a node with a seat keeps: the same configuration serves for both.
  const config = { ...given, dataDir: join(given.dataDir, "observer") };
  const { results, opened } = await examineNode(config, surroundings, { observes: true, whileRunning: false });
  if (!opened || startIsRefused(results)) throw refusalOf(results);
  const log = logOf(config, results);
  // Made anew with every start: nobody can know its probes beforehand, and they are no evaluator's.
  const address = privateKeyToAddress(generatePrivateKey());
  const identity = { address, link: generatePrivateKey() };
  const place = "url" in opened.place ? { ...opened.place, schema: `${opened.place.schema}_observer` } : opened.place;
  const node = await startObserver({ ...opened, place, config, identity, log });
  return { ready: `observer ready ${node.url}`, failed: node.failed, close: node.close };
}

/** The log, with what the checks found in it. */
function logOf({ logLevel, logFile }: NodeConfig, results: readonly CheckResult[]): Logger {
  const log = createLog("node", logLevel, logFile);
  for (const { name, verdict, value, remedy } of results)
    if (verdict !== "ok") log.warn({ check: name, remedy }, value);
  return log;
}

function refusalOf(results: readonly CheckResult[]): RefusedStart {
  const failed = results.filter(({ verdict, passing }) => verdict === "fail" && !passing);
  return new RefusedStart(failed.map(({ value, remedy }) => `${value}: ${remedy}`).join("\n"));
}
