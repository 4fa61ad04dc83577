import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { type Deployment, decodeError } from "../../sdk/index.ts";
import type { ChainClient } from "../chain/connect.ts";
import type { Court } from "../court/court.ts";
import type { BoardClient } from "./boardClient.ts";
import type { ChainFold, Head, Reorg } from "./chainFold.ts";
import type { FeeClaimer } from "./feeClaimer.ts";
import type { Keeper } from "./keeper.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import { createPassWatch, type OverduePass } from "./passWatch.ts";
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
  /** Undefined for a node that only observes. */
  readonly court: Court | undefined;
  /** Forgets everything about earlier rounds that need not be kept. */
  readonly forget: (now: bigint, roundId: bigint) => Promise<void>;
  /** Ends each pass that went through. @param now Seconds of the chain's clock. */
  readonly watch?: ((now: bigint) => Promise<void>) | undefined;
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
  /** Whether the last pass went through, and the next one does not hang. */
  readonly ready: () => boolean;
  /** The pass that is under way, when it should have ended long ago. */
  readonly overdue: () => OverduePass | undefined;
  readonly errors: () => readonly LoopError[];
  /** Ends after the pass that is under way. */
  stop(): Promise<void>;
}

const errorsKept = 20;

export function startNodeLoop(parts: NodeLoopParts): NodeLoop {
  const { config, client, deployment, fold, keeper, feeClaimer, rounds, court, boards, metrics, log } = parts;
  const stopping = new AbortController();
  const passWatch = createPassWatch(metrics, log);
  const errors: LoopError[] = [];
  let head: Head | undefined;
  let currentRoundId = 0n;
  let isReady = false;

  const follow = (reorg: Reorg | undefined): void => {
    if (!reorg) return;
    const { from, to, whole } = reorg;
    metrics.reorgs.inc();
    metrics.reorgDepth.set(Number(to - from) + 1);
    feeClaimer?.again();
    const blocks = { from: `${from}`, to: `${to}` };
    if (whole)
      log.error(blocks, "the chain is another one than was followed before: everything was read again, check rpcUrls");
    else log.warn(blocks, "the chain took another turn: blocks were read again");
  };

  const pass = async (): Promise<void> => {
    const block = await client.getBlock();
    if (block.hash !== head?.hash) follow(await fold.advance(block));
    head = { number: block.number, hash: block.hash, timestamp: block.timestamp };
    const roundId = roundIdAt(deployment, head.timestamp);
    metrics.headBlock.set(Number(head.number));
    metrics.currentRound.set(Number(roundId));
    passWatch.at("keeper");
    await keeper.pursue(head, roundId, roundTiming(deployment, config.timing, roundId));
    // First what the court waits for: a link that is measured with is not shown in a round.
    passWatch.at("court");
    await court?.advance(head, roundId);
    passWatch.at("rounds");
    await rounds.advance(head, roundId);
    passWatch.at("fees");
    await feeClaimer?.pursue(head, roundId);
    for (const board of boards) metrics.boardUp.set({ board: board.url }, board.reachable() ? 1 : 0);
    passWatch.at("forgetting");
    if (roundId !== currentRoundId) await parts.forget(head.timestamp, roundId);
    currentRoundId = roundId;
    passWatch.at("history");
    await parts.watch?.(head.timestamp);
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
      passWatch.begin();
      try {
        await pass();
        isReady = true;
      } catch (error) {
        isReady = false;
        note(error);
      }
      passWatch.end(isReady);
      observeEndpoints(client, metrics);
      await delay(config.pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ticking = setInterval(passWatch.tick, 1_000).unref();
  const running = run().finally(() => clearInterval(ticking));

  return {
    head: () => head,
    currentRoundId: () => currentRoundId,
    ready: () => isReady && passWatch.overdue() === undefined,
    overdue: passWatch.overdue,
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
