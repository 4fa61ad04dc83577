import type { Share } from "../evaluation.ts";
import { lowerBoundBps } from "../grading/lowerBoundBps.ts";

/** A share in bps, floored; 0 of nothing is 0. */
export function shareBps({ right, of }: Share): number {
  return of === 0 ? 0 : Math.floor((right * 10_000) / of);
}

/** Wilson lower bound of a share, bps. */
export function shareLowerBound(share: Share): number {
  return lowerBoundBps(shareBps(share), share.of);
}

/** `14 of 14`. */
export function shareWords({ right, of }: Share): string {
  return `${right} of ${of}`;
}
