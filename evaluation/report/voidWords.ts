import type { Evaluation } from "../evaluation.ts";

/** Why a run is invalid, in words; empty when it is not. */
export function voidWords({ voidedBy, stats, details }: Evaluation): string[] {
  const lateMs = Math.ceil(details.lateness.p99Micros / 1000);
  const words = {
    canary: `${stats.voidAttempts} attempts failed while this machine's own canary failed`,
    lateness: `this machine is too busy: one request in a hundred left ${lateMs} ms late or more`,
  } as const;
  return voidedBy.map((reason) => words[reason]);
}
