import { type Memory, scarPerItem } from "../../../domain/memory.ts";
import type { Policy } from "../../../domain/policy.ts";
import { maturityBpsDown, qualityBpsDown } from "../../../domain/quality.ts";
import { addVersion, birth, type Life, live, liveDays } from "../life.ts";
import { type History, wordOf } from "./behaviour.ts";

/** The rules that a figure is for: the policy, and what is not in domain/ (yet). */
export interface Rules {
  readonly policy: Policy;
  /** A new version inherits the whole scar (docs/decisions/0012). */
  readonly wholeScar: boolean;
  /** Results that a version needs before its next version inherits less than all it has; 1 in domain/. */
  readonly inheritAfter: number;
  /** Days until a bond can leave. */
  readonly unbondingDays: number;
}

/** What an owner does on the day after the bad ones. The model behaves from then on. */
export const strategies = ["stay", "version", "daily versions", "paced versions", "leave", "second bond"] as const;
export type Strategy = (typeof strategies)[number];

export const strategyNames = {
  stay: "stay",
  version: "a new version at once",
  "daily versions": "a new version on each of five days",
  "paced versions": "five new versions, each as soon as it pays",
  leave: "leave, wait for the bond, come back",
  "second bond": "come back at once with a second bond",
} as const satisfies Record<Strategy, string>;

/** Days ahead that are looked at. */
export const horizon = 120;

export interface Future {
  /** Day of the first admission, from 1; undefined when it does not come within the horizon. */
  readonly admittedOn: number | undefined;
  /** quality · maturity of each day, 0..1; 0 while not admitted. */
  readonly daily: readonly number[];
}

/** What comes of a strategy after a history. */
export function futureOf(history: History, strategy: Strategy, rules: Rules): Future {
  const word = wordOf(history.good);
  if (strategy === "second bond") return ahead(birth(0n), { word, ...none }, rules);
  if (strategy === "leave") return delayed(ahead(birth(0n), { word, ...none }, rules), rules.unbondingDays);
  const plan = strategy === "paced versions" ? pacedVersions(rules) : versionPlans[strategy];
  return ahead(afterHistory(history, rules), { word, ...plan }, rules);
}

/** New versions: how many, and days from one to the next; the first is registered before the first round. */
interface VersionPlan {
  readonly versions: number;
  readonly everyDays: number;
}

const none: VersionPlan = { versions: 0, everyDays: 1 };
const versionPlans = {
  stay: none,
  version: { versions: 1, everyDays: 1 },
  "daily versions": { versions: 5, everyDays: 1 },
} as const satisfies Partial<Record<Strategy, VersionPlan>>;

/** One after as many rounds as it takes until it inherits less, and not sooner than a version can be admitted. */
function pacedVersions({ inheritAfter, policy }: Rules): VersionPlan {
  return { versions: 5, everyDays: Math.max(inheritAfter, Number(policy.minRounds)) };
}

/** The version as the last bad round leaves it. */
export function afterHistory({ good, bad, age, rounds }: History, { policy }: Rules): Life {
  const before = liveDays(birth(0n), { word: wordOf(good), days: age }, policy);
  return liveDays(before, { word: wordOf(bad), days: rounds }, policy);
}

function ahead(start: Life, plan: VersionPlan & { word: bigint }, rules: Rules): Future {
  let life = start;
  const daily: number[] = [];
  for (let past = 0; past < horizon; past++) {
    const isDue = past % plan.everyDays === 0 && past / plan.everyDays < plan.versions;
    if (isDue) life = addVersion(life, rules);
    life = live(life, plan.word, rules.policy);
    daily.push(life.admitted ? worth(life.memory, rules.policy) : 0);
  }
  const first = daily.findIndex((value) => value > 0);
  return { admittedOn: first < 0 ? undefined : first + 1, daily };
}

function worth(memory: Memory, policy: Policy): number {
  return (Number(qualityBpsDown(memory, policy)) * Number(maturityBpsDown(memory, policy))) / 100_000_000;
}

/** The same future, so many days later. */
function delayed({ admittedOn, daily }: Future, days: number): Future {
  const later = admittedOn === undefined || admittedOn + days > horizon ? undefined : admittedOn + days;
  return { admittedOn: later, daily: [...new Array<number>(days).fill(0), ...daily].slice(0, horizon) };
}

/** Routing weight earned in the first `days`, in days of full weight with one bond. */
export function weightWithin({ daily }: Future, days: number): number {
  return daily.slice(0, days).reduce((total, value) => total + value, 0);
}

/** Whole items of scar that a history leaves. */
export function scarAfter(history: History, rules: Rules): number {
  return Number(afterHistory(history, rules).memory.scar / scarPerItem);
}
