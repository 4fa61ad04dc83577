import { parseEventLogs } from "viem";
import { assayAbi, assayVaultAbi } from "../../sdk/index.ts";
import type { GasChain } from "./GasChain.ts";
import { day, GasSystem, unit } from "./GasSystem.ts";
import { addAdmitted, type Gas, GasScenarioError, seats } from "./gasScenario.ts";
import { bad, entryOf, good } from "./results.ts";

const batchSizes = [1, 8, 32, 64] as const;
export const committees = [3n, 7n, 15n] as const;

/** Good results of admitted models, the whole committee signs, each batch in a round of its own: in total and a result. */
export async function measureBatches(chain: GasChain, committeeSize: bigint): Promise<Gas> {
  const system = await GasSystem.deploy(chain, seats, { committeeSize, quorum: committeeSize / 2n + 1n });
  const ids = await addAdmitted(system, 1n, Math.max(...batchSizes));
  const gas: Record<string, bigint> = {};
  for (const size of batchSizes) {
    const { gasUsed } = await system.postNext(ids.slice(0, size).map((id) => entryOf(id, good)));
    gas[`post${size}By${committeeSize}`] = gasUsed;
    gas[`post${size}By${committeeSize}PerResult`] = gasUsed / BigInt(size);
  }
  return gas;
}

/** Two days more than a log can be replayed for after its last failure (contracts/Logs.sol). */
const logIsOver = 37n * day;

/**
 * The dearest batch there is: as many results as fit, signed by the largest committee; all fail and freeze, each is carried by a version
 * that has no log yet, and fees stream to every model.
 */
export async function measureDearest(chain: GasChain): Promise<Gas> {
  const system = await GasSystem.deploy(chain, seats, { committeeSize: 15n, quorum: 8n });
  const ids = await addAdmitted(system, 1n, Math.max(...batchSizes));
  const failures = ids.map((id) => entryOf(id, bad));
  // So many at once are contested: only the next time they freeze.
  await system.postNext(failures);
  chain.wait(logIsOver);
  for (const id of ids) {
    await system.addVersion(id, `successor of ${id}`);
    await system.take(system.admin, unit, "pay", [id, unit]);
  }
  const { gasUsed, logs } = await system.postNext(failures);
  const { length: carried } = parseEventLogs({ abi: assayAbi, eventName: "FailureCarried", logs });
  const { length: frozen } = parseEventLogs({ abi: assayVaultAbi, eventName: "StakeFrozen", logs });
  if (carried < ids.length || frozen < ids.length) {
    throw new GasScenarioError(`of ${ids.length} failures ${carried} are carried and ${frozen} freeze`);
  }
  return { postDearest: gasUsed };
}
