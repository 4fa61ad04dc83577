import { type CheckResult, startIsRefused } from "../checks/check.ts";
import { examineNode, type Surroundings } from "../checks/examineNode.ts";
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
  const log = createLog("node", config.logLevel, config.logFile);
  for (const { name, verdict, value, remedy } of results)
    if (verdict !== "ok") log.warn({ check: name, remedy }, value);
  const node = await startNode({ ...opened, config, key, log });
  return {
    ready: `evaluator ${key.account.address} seat ${node.seat} ready ${node.url}`,
    failed: node.failed,
    close: node.close,
  };
}

function refusalOf(results: readonly CheckResult[]): RefusedStart {
  const failed = results.filter(({ verdict, passing }) => verdict === "fail" && !passing);
  return new RefusedStart(failed.map(({ value, remedy }) => `${value}: ${remedy}`).join("\n"));
}
