import { birth, type Life, live, liveDays } from "../life.ts";
import { type Behaviour, wordOf } from "./behaviour.ts";
import { afterHistory, type Rules } from "./future.ts";

/** What the standards are calibrated for, measured. */
export interface Calibration {
  /** Rounds until a perfect newcomer is admitted. */
  readonly newcomerRounds: number;
  /** Days without admission after three at 60 % in everything, first try included. */
  readonly daysLost: number;
  /** Shares of retries that a version which is perfect otherwise is admitted with after 200 days. */
  readonly tolerated: readonly number[];
}

const perfect: Behaviour = { name: "perfect", quality: 1, retries: 0 };
const outage: Behaviour = { name: "60 % all", quality: 0.6, retries: 1 / 0.6 - 1 };
const shares = [0.005, 0.01, 0.015, 0.02, 0.025, 0.03] as const;

export function calibrationOf(rules: Rules): Calibration {
  const hurt = afterHistory({ good: perfect, bad: outage, age: 90, rounds: 3 }, rules);
  return {
    newcomerRounds: daysUntilAdmitted(birth(0n), rules),
    daysLost: daysUntilAdmitted(hurt, rules) - 1,
    tolerated: shares.filter((retries) => isAdmittedWith(retries, rules)),
  };
}

/** Three rounds, about two weeks (11 to 17 days), 1 % of retries but not 3 % (protocol paper, section 5). */
export function isCalibrated({ newcomerRounds, daysLost, tolerated }: Calibration): boolean {
  const aboutTwoWeeks = daysLost >= 11 && daysLost <= 17;
  return newcomerRounds === 3 && aboutTwoWeeks && tolerated.includes(0.01) && !tolerated.includes(0.03);
}

function daysUntilAdmitted(life: Life, { policy }: Rules): number {
  const word = wordOf(perfect);
  let last = life;
  for (let days = 1; days <= 120; days++) {
    last = live(last, word, policy);
    if (last.admitted) return days;
  }
  return Number.POSITIVE_INFINITY;
}

function isAdmittedWith(retries: number, { policy }: Rules): boolean {
  return liveDays(birth(0n), { word: wordOf({ ...perfect, retries }), days: 200 }, policy).admitted;
}
