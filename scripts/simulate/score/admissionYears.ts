import { type Family, families, perFamily } from "../../../domain/families.ts";
import type { Policy } from "../../../domain/policy.ts";
import { packResult } from "../../../domain/result.ts";
import { birth, live } from "../life.ts";
import { randomFrom } from "../random.ts";
import { committeeDraw } from "./committeeDraw.ts";
import { type Measured, measured, primaries, retriesOf } from "./evaluatorScore.ts";
import { itemsOf } from "./failChance.ts";

/** From this day on a version that is good enough is expected to be admitted: its record is full after seven rounds. */
export const settledDay = 14;
const yearDays = 365;

export interface YearQuestion {
  /** Expected scores, 0..1; a family that is not named is perfect. */
  readonly rates: Partial<Record<Measured, number>>;
  readonly members: number;
  readonly correlation: number;
  readonly years: number;
  readonly seed: number;
}

/** Shares over all simulated years, 0..1. */
export interface YearAnswer {
  /** Years with a day of admission. */
  readonly everAdmitted: number;
  readonly daysAdmitted: number;
  /** Years with a refusal on or after settledDay, and such days. */
  readonly everRefused: number;
  readonly daysRefused: number;
  /** Years with a failing round. */
  readonly everFailed: number;
}

/** A year of daily rounds under the protocol's own rules, `years` times, each from an empty record. */
export function admissionYears(question: YearQuestion, policy: Policy): YearAnswer {
  const random = randomFrom(question.seed);
  const draw = wordDraw(question, policy);
  const total = { everAdmitted: 0, daysAdmitted: 0, everRefused: 0, daysRefused: 0, everFailed: 0 };
  for (let i = 0; i < question.years; i++) {
    const year = oneYear(() => draw(random), policy);
    total.everAdmitted += year.admitted > 0 ? 1 : 0;
    total.daysAdmitted += year.admitted;
    total.everRefused += year.refused > 0 ? 1 : 0;
    total.daysRefused += year.refused;
    total.everFailed += year.failed > 0 ? 1 : 0;
  }
  const { years } = question;
  return {
    everAdmitted: total.everAdmitted / years,
    daysAdmitted: total.daysAdmitted / (years * yearDays),
    everRefused: total.everRefused / years,
    daysRefused: total.daysRefused / (years * (yearDays + 1 - settledDay)),
    everFailed: total.everFailed / years,
  };
}

function oneYear(nextWord: () => bigint, policy: Policy): { admitted: number; refused: number; failed: number } {
  let life = birth(0n);
  let [admitted, refused] = [0, 0];
  for (let today = 1; today <= yearDays; today++) {
    life = live(life, nextWord(), policy);
    if (life.admitted) admitted += 1;
    else if (today >= settledDay) refused += 1;
  }
  return { admitted, refused, failed: life.failedRounds };
}

/** Draws a committee's result: retries are those that the score of T implies. */
function wordDraw(question: YearQuestion, policy: Policy): (random: () => number) => bigint {
  const { rates, members } = question;
  const draws = new Map<Family, (random: () => number) => number>();
  for (const family of measured) {
    const rate = rates[family];
    if (rate !== undefined && rate < 1) draws.set(family, committeeDraw(family, rate, question));
  }
  const items = itemsOf(members, policy);
  return (random) => {
    const score = (family: Family) => draws.get(family)?.(random) ?? 10_000;
    const scores = perFamily((index) => score(families[index]));
    const retries = retriesOf(scores[6]);
    return packResult({
      scores: perFamily((index) => BigInt(scores[index])),
      items,
      attempts: BigInt(primaries + retries),
      retries: BigInt(retries),
      hardFailures: 0n,
      flags: 0x7fn,
    });
  };
}
