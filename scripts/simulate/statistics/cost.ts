import type { Policy } from "../../../domain/policy.ts";
import { birth, live } from "../life.ts";
import { judgedWord } from "./judgedWord.ts";
import type { SuiteSize } from "./suiteSizes.ts";

export interface DecisionCost {
  /** Daily rounds until a perfect model is admitted; undefined when it is not within a year. */
  readonly rounds: number | undefined;
  /** Requests of all evaluators until then, without a retry. */
  readonly requests: number | undefined;
}

/** What the soonest admission costs the model's endpoint. */
export function decisionCost(
  { items, requests }: Pick<SuiteSize, "items" | "requests">,
  members: number,
  policy: Policy,
): DecisionCost {
  const credited = Math.min(items * members, Number(policy.itemsCap));
  const perfect = { items: BigInt(credited), attempts: requests, retries: 0, scoreOf: () => 10_000 };
  const rounds = roundsToAdmission(judgedWord(perfect, policy), policy);
  return { rounds, requests: rounds === undefined ? undefined : rounds * members * requests };
}

const mostRounds = 365;

function roundsToAdmission(word: bigint, policy: Policy): number | undefined {
  let life = birth(0n);
  for (let rounds = 1; rounds <= mostRounds; rounds++) {
    life = live(life, word, policy);
    if (life.admitted) return rounds;
  }
  return undefined;
}
