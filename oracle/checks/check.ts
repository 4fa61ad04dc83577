/** `fail`: the node cannot do its work so. `warn`: it can, but somebody should look. */
export type Verdict = "ok" | "warn" | "fail";

/** What one check found. */
export interface CheckResult {
  /** A stable word: `rpc`, `seat`, `disk` … */
  readonly name: CheckName;
  readonly verdict: Verdict;
  /** What was found, with the values. Holds no secret. */
  readonly value: string;
  /** What to do about it; there whenever the verdict is not `ok`. */
  readonly remedy?: string;
  /** The figure behind it where there is one, in the unit its metric names. */
  readonly measured?: number;
  /** A node starts all the same: it comes right by itself, or others do the work meanwhile. */
  readonly passing?: true;
}

export const checkNames = [
  "deployment",
  "key",
  "suite",
  "api keys",
  "evidence store",
  "rpc",
  "contracts",
  "seat",
  "bond",
  "standards",
  "retention",
  "history",
  "gas",
  "clock",
  "boards",
  "disk",
  "fsync",
  "database",
  "port",
  "log",
  "open files",
] as const;
export type CheckName = (typeof checkNames)[number];

export const ok = (name: CheckName, value: string, measured?: number): CheckResult => ({
  name,
  verdict: "ok",
  value,
  ...(measured === undefined ? {} : { measured }),
});

export const warn = (name: CheckName, value: string, remedy: string, measured?: number): CheckResult => ({
  ...ok(name, value, measured),
  verdict: "warn",
  remedy,
});

export const fail = (name: CheckName, value: string, remedy: string, measured?: number): CheckResult => ({
  ...warn(name, value, remedy, measured),
  verdict: "fail",
});

/** A failure that keeps no node from starting. */
export const passingFail = (name: CheckName, value: string, remedy: string, measured?: number): CheckResult => ({
  ...fail(name, value, remedy, measured),
  passing: true,
});

/** A one-line refusal as a check's failure: what to do stands after the last ": " or "; " that is in no brackets. */
export function failFrom(name: CheckName, error: unknown): CheckResult {
  const message = (error instanceof Error ? error.message : `${error}`).split("\n").join("; ");
  const [, value, remedy] = /^(.*)[:;] ((?:[^()]|\([^()]*\))*)$/.exec(message) ?? [];
  return value === undefined || remedy === undefined
    ? fail(name, message, "see docs/operating-a-node.md")
    : fail(name, value, remedy);
}

/** Whether a node may start with these results. */
export const startIsRefused = (results: readonly CheckResult[]): boolean =>
  results.some(({ verdict, passing }) => verdict === "fail" && !passing);
