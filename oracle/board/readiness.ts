import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { BoardStore } from "./boardStore.ts";
import type { ChainView } from "./chainView.ts";

/** Whether a board can do its work. */
export interface Readiness {
  readonly ok: boolean;
  /** What is missing, a line each with what to do. */
  readonly missing: readonly string[];
}

export interface ReadinessParts {
  readonly store: BoardStore;
  readonly chain: ChainView;
  readonly log: Logger;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
}

/** Milliseconds an answer is good for, so that whoever asks often costs the disk nothing. */
const maxAgeMs = 1_000;
const patienceMs = 4_000;

/** Looks whether database and chain do what a board needs; at most once a second. Reasons that may name hosts go into the log. */
export function createReadiness({ store, chain, log, now }: ReadinessParts): () => Promise<Readiness> {
  let last: { readonly at: number; readonly found: Promise<Readiness> } | undefined;

  const missingDatabase = () =>
    within(store.tryWriting()).then(
      () => [],
      (error: unknown) => {
        log.warn({ err: error }, "the database cannot be written");
        return ["the database cannot be written: see whether its disk is full or its server down; the log says why"];
      },
    );
  const missingChain = () =>
    within(chain.facts()).then(
      ({ seats }) =>
        seats > 0 ? [] : ["no seat is on the list sealed last: no message is taken until a seat has paid its bond"],
      (error: unknown) => {
        log.warn({ err: error }, "the chain does not answer");
        return ["the chain does not answer: see whether one of rpcUrls does; the log says why"];
      },
    );
  const look = async (): Promise<Readiness> => {
    const missing = (await Promise.all([missingDatabase(), missingChain()])).flat();
    return { ok: missing.length === 0, missing };
  };

  return () => {
    if (!last || now() - last.at >= maxAgeMs) last = { at: now(), found: look() };
    return last.found;
  };
}

async function within<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no answer within ${patienceMs / 1_000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}
