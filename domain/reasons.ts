import type { Admission, FamilyAdmission } from "./admission.ts";
import { type ReasonCode, reasonsOf } from "./admissionReason.ts";
import { families, familyIndexes, familyNames } from "./families.ts";
import { ceilDiv } from "./integers.ts";
import { ratePerBps } from "./memory.ts";
import type { Policy } from "./policy.ts";

export { type ReasonCode, reasonBit, reasonCodes, reasonsOf } from "./admissionReason.ts";

/** One reason against an admission, for programs and for people. */
export interface ReasonExplanation {
  readonly code: ReasonCode;
  /** One English sentence: the value, the bar, the distance, and what would help. */
  readonly sentence: string;
  /** Items of evidence still to come, at the current rates, that would do away with it; undefined where evidence alone cannot. */
  readonly itemsNeeded: bigint | undefined;
}

/** Prints an amount of the token's smallest unit. */
export type FormatAmount = (amount: bigint) => string;

/**
 * The reasons of an admission in words, lowest bit first; empty when admitted.
 * @param policy The policy that the admission was computed under.
 * @param formatAmount By default the bare integer and its unit.
 */
export function explainReasons(
  admission: Admission,
  policy: Policy,
  formatAmount: FormatAmount = (amount) => `${grouped(amount)} (smallest units)`,
): ReasonExplanation[] {
  return reasonsOf(admission.reasons).map((code) => {
    const index = familyIndexes.find((place) => familyNames[families[place]] === code);
    if (index !== undefined) return explainFamily(code, admission, policy, index);
    if (code === "too-little-evidence") return explainEvidence(admission, policy);
    return { code, sentence: sentenceOf(code, admission, policy, formatAmount), itemsNeeded: undefined };
  });
}

function sentenceOf(code: ReasonCode, admission: Admission, policy: Policy, formatAmount: FormatAmount): string {
  switch (code) {
    case "retired":
      return "The model is retired: its owner has ended its service, and it is not admitted again.";
    case "not-standard-lane":
      return "The model is in the experimental lane, and only the standard lane admits; its owner can move it there.";
    case "too-few-rounds":
      return roundsSentence(admission, policy);
    case "result-too-old":
      return ageSentence(admission, policy);
    case "clean-rounds-owed":
      return `A round failed: ${count(admission.cleanRoundsOwed, "round")} without a failing family must follow before the model can be admitted.`;
    case "bond-too-small":
      return bondSentence(admission, policy, formatAmount);
    case "freeze-open":
      return `Stake is frozen after a failing result (${count(admission.openFreezes, "freeze")} not resolved yet); admission waits until it is released or restored.`;
    case "paused":
      return "The guardian has paused admissions of newcomers; the pause ends by itself.";
    case "result-needed":
      return "The model has left the standard lane since its last result: it has to be measured once more before it can be admitted again.";
    case "no-version":
      return "There is no such version on record; its owner has to register it first.";
    default:
      return `The condition "${code}" is not met.`;
  }
}

function roundsSentence({ rounds }: Admission, policy: Policy): string {
  const needed = policy.minRounds > 0n ? policy.minRounds : 1n;
  return `Measured in ${rounds} of the ${count(needed, "round")} needed: ${count(needed - rounds, "more round")} to go.`;
}

function ageSentence({ at, updatedAt }: Admission, policy: Policy): string {
  const overdue = duration(at - updatedAt - policy.maxAge);
  return `The last result is ${duration(at - updatedAt)} old, ${overdue} more than the ${duration(policy.maxAge)} a result counts for; one new round is enough.`;
}

function bondSentence({ activeBond }: Admission, policy: Policy, formatAmount: FormatAmount): string {
  const needed = policy.bondMin > 0n ? policy.bondMin : 1n;
  return `The owner's bond is ${formatAmount(activeBond)} (what is unbonding does not count) and must be at least ${formatAmount(needed)}: bond ${formatAmount(needed - activeBond)} more.`;
}

function explainEvidence({ mass }: Admission, policy: Policy): ReasonExplanation {
  const itemsNeeded = policy.massMin - mass;
  const rounds = ceilDiv(itemsNeeded, policy.itemsCap);
  return {
    code: "too-little-evidence",
    sentence: `There are ${grouped(mass)} of the ${count(policy.massMin, "item")} of evidence needed: ${grouped(itemsNeeded)} more, which is at least ${count(rounds, "round")} (evidence fades by half every ${duration(policy.halfLife)}).`,
    itemsNeeded,
  };
}

function explainFamily(code: ReasonCode, admission: Admission, policy: Policy, index: (typeof familyIndexes)[number]) {
  const family = admission.families[index];
  return {
    code,
    sentence: `${familyOpening(family, policy.floorsBps[index])}; ${familyAdvice(family, policy)}.`,
    itemsNeeded: family.itemsNeeded,
  };
}

/** "Repeat (R): proven to be at least 88.10 %, the bar is 91.20 % (floor 90 %, raised by the scar): 3.10 points are missing" */
function familyOpening({ family, lowerBound, bar, rate }: FamilyAdmission, floorBps: bigint): string {
  const name = familyNames[family].replace(/^./, (letter) => letter.toUpperCase());
  const floor = floorBps * ratePerBps;
  const raised =
    percent(bar) !== percent(floor) ? ` (the floor of ${percent(floor)}, raised by the scar of retries and drops)` : "";
  return `${name} (${family}): measured ${percent(rate)}, proven at least ${percent(lowerBound)}, the bar is ${percent(bar)}${raised}: ${points(bar - lowerBound)} missing`;
}

function familyAdvice({ rate, bar, itemsNeeded }: FamilyAdmission, policy: Policy): string {
  if (itemsNeeded !== undefined) {
    return `at this rate about ${count(itemsNeeded, "more item")} of evidence would prove it`;
  }
  if (rate <= bar)
    return `more evidence at this rate does not help, the rate has to rise by more than ${points(bar - rate)}`;
  return `at this rate even a full record of ${count(policy.massCap, "item")} would not prove it, the rate has to rise`;
}

/** 12345 → "12,345". */
function grouped(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 1, "round" → "1 round"; 2, "round" → "2 rounds". */
function count(value: bigint, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1n ? "" : "s"}`;
}

/** Hundredths of a percent, rounded down, of a value in units of 1/50,000. */
function hundredths(units: bigint): string {
  const bps = units / ratePerBps;
  return `${bps / 100n}.${(bps % 100n).toString().padStart(2, "0")}`;
}

function percent(units: bigint): string {
  return `${hundredths(units)} %`;
}

/** Percentage points, rounded up, so that a distance never reads as none. */
function points(units: bigint): string {
  return `${hundredths(units + ratePerBps - 1n)} points`;
}

const spans = [
  [86_400n, "day"],
  [3_600n, "hour"],
  [60n, "minute"],
  [1n, "second"],
] as const;

/** The two largest units of a time span in seconds: "2 days 3 hours". */
function duration(seconds: bigint): string {
  const first = spans.findIndex(([length]) => seconds >= length);
  if (first < 0) return "0 seconds";
  const parts: string[] = [];
  let left = seconds;
  for (const [length, name] of spans.slice(first, first + 2)) {
    if (left >= length) parts.push(count(left / length, name));
    left %= length;
  }
  return parts.join(" ");
}
