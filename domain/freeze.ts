import { familyIndexes } from "./families.ts";
import { ceilDiv, max, min, saturatingSub } from "./integers.ts";
import type { Policy } from "./policy.ts";
import { unpackResult } from "./result.ts";
import type { ModelStake } from "./stake.ts";

const minSeverityBps = 1_000n;
/** First-loss weight of the bond; delegations weigh 1. */
const bondWeight = 3n;

/** What a freeze takes, in the token's smallest unit, and the loss epoch after it. */
export interface FreezeAmounts {
  readonly fromBond: bigint;
  readonly fromDelegations: bigint;
  /** Unix seconds. */
  readonly lossEpochStart: bigint;
  readonly lossInEpoch: bigint;
}

/**
 * How far below its slash floor the worst failed family is: (ψ − s)/ψ, bps rounded down, 1,000..10,000.
 * Twin of contracts/libraries/FreezeLib.sol (severityBps).
 * @param failed Bitmap of failed families (see applyResult).
 */
export function severityBps(word: bigint, failed: bigint, policy: Pick<Policy, "slashFloorsBps">): bigint {
  const { scores } = unpackResult(word);
  let severity = minSeverityBps;
  for (const index of familyIndexes) {
    const slashFloor = policy.slashFloorsBps[index];
    if (((failed >> BigInt(index)) & 1n) === 0n || slashFloor === 0n) continue;
    severity = max(severity, (saturatingSub(slashFloor, scores[index]) * 10_000n) / slashFloor);
  }
  return severity;
}

/**
 * loss = stake · base · severity · (1 + strikes/2), within what the running loss epoch still allows; the bond carries three times
 * its share. Rounded down, the odd unit of the split to the bond. Twin of contracts/libraries/FreezeLib.sol (freezeAmounts).
 */
export function freezeAmounts(freeze: {
  /** Before the freeze. */
  stake: ModelStake;
  severityBps: bigint;
  /** Whole strikes held before this result, faded to `now`. */
  wholeStrikes: bigint;
  policy: Pick<Policy, "lossBaseBps" | "lossCapBps" | "lossEpoch">;
  /** Unix seconds. */
  now: bigint;
}): FreezeAmounts {
  const { stake, policy, now } = freeze;
  const restart = now >= stake.lossEpochStart + policy.lossEpoch;
  const already = restart ? 0n : stake.lossInEpoch;
  const held = stake.bond + stake.delegated;
  const wanted = (held * policy.lossBaseBps * freeze.severityBps * (2n + freeze.wholeStrikes)) / 200_000_000n;
  // What was frozen in this epoch was part of the stake when it began.
  const allowed = saturatingSub((policy.lossCapBps * (held + already)) / 10_000n, already);
  const loss = min(held, min(wanted, allowed));
  return {
    ...splitLoss(loss, stake),
    lossEpochStart: restart ? now : stake.lossEpochStart,
    lossInEpoch: already + loss,
  };
}

/** `loss` by first-loss weights, each side bounded by what is there; loss ≤ bond + delegated. */
function splitLoss(loss: bigint, { bond, delegated }: ModelStake): { fromBond: bigint; fromDelegations: bigint } {
  if (loss === 0n) return { fromBond: 0n, fromDelegations: 0n };
  const weighted = bondWeight * bond;
  const fromBond = min(bond, ceilDiv(loss * weighted, weighted + delegated));
  return { fromBond, fromDelegations: loss - fromBond };
}
