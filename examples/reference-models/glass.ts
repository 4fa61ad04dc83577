import { setTimeout as sleep } from "node:timers/promises";
import type { ChatModel, ChatPrompt, LocalChatModel } from "./chatModel.ts";
import type { DeclaredService } from "./modelManifest.ts";
import { RequestError } from "./openai.ts";

/** What a glass model is built from, and how much it can take. */
export interface GlassParts {
  /** All layers: right, and slow. */
  readonly full: LocalChatModel;
  /** The head after the first layers: sooner done, and often wrong. */
  readonly early: LocalChatModel;
  /** Milliseconds that the one worker spends on a request with all layers, and with the early exit. */
  readonly fullMillis: number;
  readonly earlyMillis: number;
  /** Requests in the house, the one being worked on included, from which on the worker leaves early. */
  readonly busyFrom: number;
  /** Requests in the house beyond which the next one is turned away. */
  readonly places: number;
}

/** About 40 requests a second with all layers, 50 at the early exit: slow enough that the machine's own pauses do not decide. */
const glassHouse = { fullMillis: 24, earlyMillis: 20, busyFrom: 4, places: 16 } as const;

/** What its owner made of one request answered at a time, and quickly: the model was never asked that often. */
const service = { declaredRate: 200, declaredConcurrency: 1, serviceLevelMs: 2_000 } as const;

/**
 * The same house with a worker that is `speed` times as fast, and declared to be: for rounds so short that a committee could not
 * measure it otherwise.
 */
export const glassAt = (speed: number) => ({
  house: { ...glassHouse, fullMillis: glassHouse.fullMillis / speed, earlyMillis: glassHouse.earlyMillis / speed },
  service: { ...service, declaredRate: service.declaredRate * speed } satisfies DeclaredService,
});

/**
 * One worker with a short queue. Alone with a request it takes its time; with others waiting it leaves at the early exit;
 * with all places taken it answers 503. Nothing looks at who is asking or how fast: only the queue decides.
 */
export function createGlass(parts: GlassParts): ChatModel {
  let inHouse = 0;
  let worker: Promise<unknown> = Promise.resolve();

  async function work(prompt: ChatPrompt): Promise<string> {
    const isBusy = inHouse >= parts.busyFrom;
    await sleep(isBusy ? parts.earlyMillis : parts.fullMillis);
    return (isBusy ? parts.early : parts.full).answer(prompt);
  }

  return {
    async answer(prompt) {
      if (inHouse >= parts.places) throw new RequestError(503, "overloaded", "all places are taken; try again later");
      inHouse++;
      const turn = worker.then(() => work(prompt)).finally(() => inHouse--);
      worker = turn.catch(() => undefined);
      return await turn;
    },
  };
}
