import { type CheckResult, fail, ok, warn } from "./check.ts";

/** Milliseconds: beyond the first somebody should look, beyond the second certificates and signed requests begin to fail. */
const smallSkewMs = 5_000;
const largeSkewMs = 60_000;
/** Seconds without a block after which a chain, or its RPC, seems to stand. */
const staleSeconds = 600;

export interface Clocks {
  /** Milliseconds that other machines' clocks are ahead of this one's. */
  readonly aheadMs: readonly number[];
  /** Unix seconds of the latest block; undefined when no chain answers. */
  readonly blockTime: number | undefined;
  /** Unix milliseconds of this machine. */
  readonly now: number;
}

/** This machine's clock against those of RPCs and boards (the median of them: one may be wrong itself) and the latest block's. */
export function checkClock({ aheadMs, blockTime, now }: Clocks): CheckResult {
  const sorted = [...aheadMs].sort((a, b) => a - b);
  const skew = sorted[Math.floor((sorted.length - 1) / 2)];
  if (skew === undefined) return warn("clock", "no server told its time", "see that an RPC or a board answers");
  const seconds = skew / 1_000;
  const value = `this clock is ${told(-seconds)} ${sorted.length === 1 ? "one server" : `the median of ${sorted.length} servers`}`;
  const remedy = "set the clock by NTP (timedatectl set-ntp true)";
  if (Math.abs(skew) > largeSkewMs) return fail("clock", value, remedy, -seconds);
  if (Math.abs(skew) > smallSkewMs) return warn("clock", value, remedy, -seconds);
  const age = blockTime === undefined ? 0 : now / 1_000 - blockTime;
  if (age > staleSeconds)
    return warn(
      "clock",
      `${value}; the latest block is ${Math.round(age)} s old`,
      "see whether the chain goes on",
      -seconds,
    );
  if (age < -largeSkewMs / 1_000)
    return warn(
      "clock",
      `${value}; the latest block is ${Math.round(-age)} s ahead`,
      "see whether the chain's clock is right",
      -seconds,
    );
  return ok("clock", value, -seconds);
}

const told = (seconds: number): string =>
  Math.abs(seconds) < 1 ? "in step with" : `${Math.abs(Math.round(seconds))} s ${seconds > 0 ? "ahead of" : "behind"}`;
