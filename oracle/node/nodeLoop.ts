import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { type Deployment, decodeError } from "../../sdk/index.ts";
import type { ChainClient } from "../chain/connect.ts";
import type { BoardClient } from "./boardClient.ts";
import type { ChainFold, Head } from "./chainFold.ts";
import type { FeeClaimer } from "./feeClaimer.ts";
import type { Keeper } from "./keeper.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import type { Rounds } from "./rounds.ts";
import { roundIdAt, roundTiming } from "./roundTiming.ts";

export interface NodeLoopParts {
  readonly config: NodeConfig;
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly fold: ChainFold;
  readonly keeper: Keeper;
  /** Undefined when this node is not to claim fees. */
  readonly feeClaimer: FeeClaimer | undefined;
  readonly rounds: Rounds;
  readonly boards: readonly BoardClient[];
  /** Forgets everything about rounds before `roundId` that need not be kept. */
  readonly forgetBefore: (roundId: bigint) => Promise<void>;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

export interface LoopError {
  readonly atBlock: bigint | undefined;
  readonly message: string;
}

/** The node's one loop: look at chain and boards, take every step that is due, wait, look again. */
export interface NodeLoop {
  readonly head: () => Head | undefined;
  readonly currentRoundId: () => bigint;
  /** Whether the last pass went through. */
  readonly ready: () => boolean;
  readonly errors: () => readonly LoopError[];
  /** Ends after the pass that is under way. */
  stop(): Promise<void>;
}

const errorsKept = 20;

export function startNodeLoop(parts: NodeLoopParts): NodeLoop {
  const { config, client, deployment, fold, keeper, feeClaimer, rounds, boards, metrics, log } = parts;
  const stopping = new AbortController();
  const errors: LoopError[] = [];
  let head: Head | undefined;
  let currentRoundId = 0n;
  let isReady = false;

  const pass = async (): Promise<void> => {
    const block = await client.getBlock();
    if (block.hash !== head?.hash) await fold.advance(block);
    head = { number: block.number, hash: block.hash, timestamp: block.timestamp };
    const roundId = roundIdAt(deployment, head.timestamp);
    metrics.headBlock.set(Number(head.number));
    metrics.currentRound.set(Number(roundId));
    await keeper.pursue(head, roundId, roundTiming(deployment, config.timing, roundId));
    await rounds.advance(head, roundId);
    await feeClaimer?.pursue(head, roundId);
    for (const board of boards) metrics.boardUp.set({ board: board.url }, board.reachable() ? 1 : 0);
    if (roundId !== currentRoundId) await parts.forgetBefore(roundId - BigInt(config.retainRounds));
    currentRoundId = roundId;
  };

  const note = (error: unknown): void => {
    const message = decodeError(error);
    metrics.errors.inc();
    if (errors.at(-1)?.message !== message) log.error({ err: error }, message);
    errors.push({ atBlock: head?.number, message });
    if (errors.length > errorsKept) errors.shift();
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await pass();
        isReady = true;
      } catch (error) {
        isReady = false;
        note(error);
      }
      observeEndpoints(client, metrics);
      await delay(config.pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    head: () => head,
    currentRoundId: () => currentRoundId,
    ready: () => isReady,
    errors: () => errors,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function observeEndpoints(client: ChainClient, { rpcUp, rpcHead }: NodeMetrics): void {
  for (const { host: endpoint, up, head } of client.endpoints()) {
    rpcUp.set({ endpoint }, up ? 1 : 0);
    if (head !== undefined) rpcHead.set({ endpoint }, Number(head));
  }
}
