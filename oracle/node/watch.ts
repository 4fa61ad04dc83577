import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Address, PublicClient } from "viem";
import { assayVaultAbi, type Deployment } from "../../sdk/index.ts";
import { checkBoards } from "../checks/boards.ts";
import type { CheckResult } from "../checks/check.ts";
import { checkClock } from "../checks/clock.ts";
import { checkDisk } from "../checks/machine.ts";
import { checkRpcs } from "../checks/rpc.ts";
import { checkBond, checkGas, checkSigner } from "../checks/seat.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { NodeConfig } from "./nodeConfig.ts";

/** Looks again, as long as the node runs, at what can go wrong by itself: the checks of its start that cost little. */
export interface Watch {
  /** What it found the last time. */
  results(): readonly CheckResult[];
  stop(): Promise<void>;
}

export interface WatchParts {
  readonly config: Pick<NodeConfig, "rpcUrls" | "boards" | "dataDir">;
  readonly client: PublicClient;
  readonly deployment: Deployment;
  /** Undefined for a node that only observes. */
  readonly seat: { readonly seatId: bigint; readonly signer: Address; readonly relayer: Address } | undefined;
  readonly metrics: NodeMetrics;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

const everyMs = 60_000;
/** Blocks looked back over for losses of the seat, at the start and after a pause: many RPC services refuse more at once. */
const lookBack = 1_000n;
const levels = { ok: 0, warn: 1, fail: 2 } as const;

export function startWatch(parts: WatchParts): Watch {
  const { client, deployment, seat, metrics, log } = parts;
  const stopping = new AbortController();
  let results: readonly CheckResult[] = [];

  let lookedUpTo: bigint | undefined;

  /** Losses of the seat since the last look. They are rare, final and worth a person's time. */
  const lookForLosses = async (): Promise<void> => {
    if (!seat) return;
    const head = await client.getBlockNumber();
    const oldest = head > lookBack ? head - lookBack : 0n;
    const fromBlock = lookedUpTo === undefined || lookedUpTo + 1n < oldest ? oldest : lookedUpTo + 1n;
    if (fromBlock > head) return;
    const filter = { address: deployment.vault, abi: assayVaultAbi, eventName: "SeatSlashed" } as const;
    const args = { seatId: seat.seatId };
    for (const { args: lost, transactionHash } of await client.getContractEvents({
      ...filter,
      args,
      strict: true,
      fromBlock,
      toBlock: head,
    })) {
      metrics.seatSlashed.inc();
      log.error(
        {
          seat: `${lost.seatId}`,
          burnt: `${lost.burnt}`,
          toCommons: `${lost.toCommons}`,
          transaction: transactionHash,
        },
        "the seat lost a part of its bond",
      );
    }
    lookedUpTo = head;
  };

  const look = async (): Promise<void> => {
    const found = await lookOnce(parts);
    for (const { name, verdict, value, remedy } of found) {
      const before = results.find((each) => each.name === name && each.value === value)?.verdict ?? "ok";
      if (verdict !== "ok" && before === "ok") log.warn({ check: name, remedy }, value);
    }
    results = found;
    metrics.check.reset();
    for (const { name, verdict } of found) metrics.check.set({ check: name }, worst(found, name, levels[verdict]));
    const figure = (name: CheckResult["name"]) => found.find((each) => each.name === name)?.measured;
    const gauges = [
      [metrics.diskFree, figure("disk")],
      [metrics.clockSkew, figure("clock")],
      [metrics.gasDays, figure("gas")],
      [metrics.bondMissing, figure("bond")],
    ] as const;
    for (const [gauge, value] of gauges) if (value !== undefined) gauge.set(value);
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await Promise.all([look(), lookForLosses()]).catch((error: unknown) =>
        log.warn({ err: error }, "not all could be looked at"),
      );
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    results: () => results,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The highest level that any result of this name has: there is one for each RPC and board. */
const worst = (found: readonly CheckResult[], name: CheckResult["name"], level: number): number =>
  Math.max(level, ...found.filter((each) => each.name === name).map(({ verdict }) => levels[verdict]));

async function lookOnce({ config, client, deployment, seat, now }: WatchParts): Promise<CheckResult[]> {
  const [rpcs, boards] = await Promise.all([
    checkRpcs(config.rpcUrls, deployment.chainId, now),
    checkBoards(config.boards, now),
  ]);
  const aheadMs = [...boards.aheadMs, ...rpcs.answers.flatMap((each) => each.aheadMs ?? [])];
  const times = rpcs.answers.map(({ block }) => block.timestamp);
  const clock = checkClock({ aheadMs, blockTime: times.length === 0 ? undefined : Math.max(...times), now: now() });
  const own =
    seat && rpcs.answers.length > 0
      ? [
          await checkSigner(client, deployment, seat),
          await checkBond(client, deployment, seat.seatId),
          await checkGas(client, deployment, seat.relayer),
        ]
      : [];
  return [...rpcs.results, ...boards.results, clock, await checkDisk(config.dataDir), ...own];
}
