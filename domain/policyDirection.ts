import { type Policy, policyFields } from "./policy.ts";

type PolicyField = (typeof policyFields)[number];

/** What a change of a field does to those who live under the standards. */
type Direction = "raisingTightens" | "loweringTightens" | "unclear";

/**
 * What has no direction in general ("unclear") needs the long notice whichever way it moves. The reasons stand in
 * contracts/libraries/PolicyDirectionLib.sol.
 */
const directions: Record<PolicyField, Direction> = {
  floorsBps: "raisingTightens",
  slashFloorsBps: "raisingTightens",
  sharesBps: "unclear",
  weights: "unclear",
  massMin: "raisingTightens",
  massCap: "unclear",
  massFull: "unclear",
  roundsFull: "unclear",
  itemsCap: "unclear",
  minRounds: "raisingTightens",
  maxAge: "loweringTightens",
  halfLife: "unclear",
  hysteresisBps: "loweringTightens",
  scarK: "loweringTightens",
  retryScar: "raisingTightens",
  hardFailureScar: "raisingTightens",
  scarCap: "raisingTightens",
  passZ2: "raisingTightens",
  failZ2: "loweringTightens",
  bondMin: "raisingTightens",
  bondShareBps: "raisingTightens",
  committeeSize: "unclear",
  quorum: "unclear",
  lossBaseBps: "raisingTightens",
  lossCapBps: "raisingTightens",
  lossEpoch: "loweringTightens",
  freezeWindow: "unclear",
  halfSaturation: "unclear",
  suiteHash: "unclear",
  experimentalBondMin: "raisingTightens",
  experimentalLossCapBps: "raisingTightens",
  bucketBps: "raisingTightens",
  bucketPeriod: "loweringTightens",
  breakerBps: "raisingTightens",
  shards: "unclear",
  slots: "unclear",
  lotteryBps: "unclear",
  evaluationPrice: "raisingTightens",
  evaluationFee: "unclear",
  publicShareBps: "raisingTightens",
  evaluatorBondMin: "raisingTightens",
  disputeDeposit: "unclear",
  arbitrator: "unclear",
};

/** Bitmaps over policyFields. */
export interface PolicyChange {
  readonly tightening: bigint;
  readonly loosening: bigint;
}

/**
 * What a change of the standards tightens and loosens; a field can do both. Both 0 exactly when nothing changes. Any tightening
 * needs the long notice. Twin of contracts/libraries/PolicyDirectionLib.sol (directionOf).
 */
export function policyDirection(from: Policy, to: Policy): PolicyChange {
  let tightening = 0n;
  let loosening = 0n;
  for (const [index, field] of policyFields.entries()) {
    const { tightens, loosens } = fieldDirection(directions[field], numbersOf(from[field]), numbersOf(to[field]));
    if (tightens) tightening |= 1n << BigInt(index);
    if (loosens) loosening |= 1n << BigInt(index);
  }
  return { tightening, loosening };
}

/** The fields in a bitmap of a policy change, in struct order. */
export function policyFieldsOf(bitmap: bigint): PolicyField[] {
  return policyFields.filter((_, index) => ((bitmap >> BigInt(index)) & 1n) !== 0n);
}

function fieldDirection(direction: Direction, from: readonly bigint[], to: readonly bigint[]) {
  const raised = to.some((value, index) => value > (from[index] ?? 0n));
  const lowered = to.some((value, index) => value < (from[index] ?? 0n));
  if (direction === "unclear") return { tightens: raised || lowered, loosens: raised || lowered };
  return direction === "raisingTightens"
    ? { tightens: raised, loosens: lowered }
    : { tightens: lowered, loosens: raised };
}

/** A field's value as numbers: a hash and an address count as one, an array as seven. */
function numbersOf(value: Policy[PolicyField]): readonly bigint[] {
  if (typeof value === "bigint") return [value];
  return typeof value === "string" ? [BigInt(value)] : value;
}
