import type { Hex } from "viem";
import { parseEventLogs } from "viem";
import { assayAbi, assayVaultAbi } from "../../sdk/index.ts";
import type { Stage } from "./Stage.ts";

/** Logs of one contract since the deployment. */
async function logsOf(stage: Stage, address: Hex) {
  return stage.chain.getLogs({ address, fromBlock: BigInt(stage.deployment.startBlock) });
}

/** The newest record of a freeze, as the vault's events tell it. */
export async function freezeRecord(stage: Stage, versionId: Hex, roundId: bigint) {
  const logs = await logsOf(stage, stage.deployment.vault);
  const events = parseEventLogs({ abi: assayVaultAbi, eventName: ["StakeFrozen", "FreezeChanged"], logs });
  const found = events.findLast(({ args }) => args.versionId === versionId && args.roundId === roundId);
  if (!found) throw new Error(`no freeze of ${versionId} in round ${roundId}`);
  return found.args.frozen;
}

/** The log of a version that has one of its own, as the record's events tell it. */
export async function resultLog(stage: Stage, versionId: Hex) {
  const logs = await logsOf(stage, stage.deployment.assay);
  const events = parseEventLogs({ abi: assayAbi, eventName: "ResultLogged", logs });
  const own = events.filter(({ args }) => args.versionId === versionId);
  const start = own.findLastIndex(({ args }) => args.memoryBefore !== 0n);
  const entries = own.slice(start).map(({ args }) => args.entry);
  return { memoryBefore: own[start]?.args.memoryBefore ?? 0n, entries };
}
