import type { Queryable } from "../database/openDatabase.ts";
import { oldestChallenged } from "./challengeTable.ts";
import { type Clocks, evidenceEpochs } from "./clocks.ts";
import { oldestDisputed } from "./disputeTables.ts";
import { oldestFreeze } from "./freezeTable.ts";

/** How long messages and evidence of a round have to be kept: as long as somebody may ask for them. */
export interface Retention {
  /** Everything about rounds before this one may be forgotten. @param roundId Number of the running epoch. */
  forgettableBefore(now: bigint, roundId: bigint): Promise<bigint>;
}

export interface RetentionParts {
  readonly database: Queryable;
  readonly clocks: Clocks;
  /** The policy that a round opened now would have. */
  readonly policy: () => Promise<{ readonly freezeWindow: bigint }>;
  /** Rounds kept at least. */
  readonly retainRounds: number;
}

export function createRetention({ database, clocks, policy, retainRounds }: RetentionParts): Retention {
  return {
    async forgettableBefore(now, roundId) {
      const needed = evidenceEpochs(clocks, (await policy()).freezeWindow);
      const kept = needed > BigInt(retainRounds) ? needed : BigInt(retainRounds);
      const pending = await Promise.all([
        oldestDisputed(database),
        oldestChallenged(database, now),
        oldestFreeze(database, now),
      ]);
      // What is asked about right now is kept however long it takes.
      return [roundId - kept, ...pending.flatMap((round) => round ?? [])].reduce((a, b) => (a < b ? a : b));
    },
  };
}
