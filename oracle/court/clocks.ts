import type { Deployment } from "../../sdk/index.ts";
import { epochStartOf } from "../node/roundTiming.ts";

/** What the contracts' clocks are counted from. */
export type Clocks = Pick<Deployment, "genesis" | "epochLength">;

// Twins of the constants in contracts/Challenges.sol, Evaluators.sol, Reevaluations.sol, Arbitrations.sol and libraries/EpochLib.sol.
const postingEpochs = 2n;
const challengeEpochs = 4n;
const answerEpochs = 2n;
const proofSeconds = 21n * 86_400n;
export const reevaluationEpochs = 4n;
const appealEpochs = 2n;
const rulingEpochs = 7n;

/** Seconds that the evaluator has from a challenge to its answer. */
export const answerSeconds = ({ epochLength }: Pick<Clocks, "epochLength">): bigint =>
  answerEpochs * BigInt(epochLength);

/** When a round can no longer be posted to, unix seconds. */
export const closesAt = (clocks: Clocks, roundId: bigint): bigint => epochStartOf(clocks, roundId + 1n + postingEpochs);

/** Until when something said in a round can be proven, unix seconds. */
export const provableUntil = (clocks: Clocks, roundId: bigint): bigint => closesAt(clocks, roundId) + proofSeconds;

/** The oldest round that something can still be proven about. */
export function oldestProvable(clocks: Clocks, now: bigint): bigint {
  const rounds = (now - proofSeconds - BigInt(clocks.genesis)) / BigInt(clocks.epochLength);
  return rounds - postingEpochs;
}

/**
 * Epochs for which a round's evidence may be asked for: by a challenge, which can come late and then waits for its answer, or in a dispute,
 * which can begin as long as the freeze waits and then goes through every stage. Counted from the round's beginning.
 * @param freezeWindow Seconds, of the round's policy.
 */
export function evidenceEpochs({ epochLength }: Clocks, freezeWindow: bigint): bigint {
  const length = BigInt(epochLength);
  const challenged = 1n + postingEpochs + challengeEpochs + answerEpochs;
  const windows = (freezeWindow + length - 1n) / length;
  const disputed = 1n + postingEpochs + windows + reevaluationEpochs + appealEpochs + rulingEpochs;
  return challenged > disputed ? challenged : disputed;
}
