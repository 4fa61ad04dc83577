import type { Hex } from "viem";
import { versionIdOf } from "../../domain/version.ts";
import type { ReportSink } from "../work/evaluations.ts";

/** What an observing node measured, where one with a seat keeps what it has signed. There is no key here: nothing can be signed. */
export interface UnsignedReports {
  /** Takes reports where evaluations hand them over, and keeps only their words. */
  readonly sink: ReportSink;
  /** Result words by version. */
  ofRound(roundId: bigint): ReadonlyMap<Hex, bigint>;
  forgetBefore(roundId: bigint): void;
}

export function createUnsignedReports(): UnsignedReports {
  const rounds = new Map<bigint, Map<Hex, bigint>>();
  return {
    sink: {
      async signReport({ roundId, modelId, digest, word }) {
        const words = rounds.get(roundId) ?? new Map<Hex, bigint>();
        rounds.set(roundId, words.set(versionIdOf(modelId, digest), word));
      },
    },
    ofRound: (roundId) => rounds.get(roundId) ?? new Map(),
    forgetBefore(roundId) {
      for (const known of rounds.keys()) if (known < roundId) rounds.delete(known);
    },
  };
}
