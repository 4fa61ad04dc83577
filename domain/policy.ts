import { type PerFamily, perFamily } from "./families.ts";
import type { Hex } from "./hex.ts";

/**
 * The standards a version is measured against. Field names and units are those of the struct in
 * contracts/interfaces/IPolicyBoard.sol: rates in bps, durations in seconds, amounts in the token's smallest unit.
 */
export interface Policy {
  /** Floor φ of each family. 0: the family is not gated. */
  readonly floorsBps: PerFamily<bigint>;
  /** Slash floor ψ of each family, below its floor. 0: the family never fails a round. */
  readonly slashFloorsBps: PerFamily<bigint>;
  /** Share of a suite's items that belong to the family; T counts every item. */
  readonly sharesBps: PerFamily<bigint>;
  /** Weights of the families in the harmonic mean called quality. */
  readonly weights: PerFamily<bigint>;
  /** Items of evidence needed for admission. */
  readonly massMin: bigint;
  /** Items a memory holds at most. */
  readonly massCap: bigint;
  /** Items at which a version is fully mature. */
  readonly massFull: bigint;
  /** Rounds on record at which a version is fully mature, if its mass is too. 1: rounds do not count. */
  readonly roundsFull: bigint;
  /** Items one result may add at most. */
  readonly itemsCap: bigint;
  /** Rounds that must have been seen before admission. */
  readonly minRounds: bigint;
  /** A result older than this admits nobody any more. */
  readonly maxAge: bigint;
  /** Half-life of the evidence; a scar fades at half this speed. A multiple of 64. */
  readonly halfLife: bigint;
  /** Floors are lower by this for a version that was admitted as of its last result. */
  readonly hysteresisBps: bigint;
  /** Scar (items) at which the bar has moved half way from the floor to 1. */
  readonly scarK: bigint;
  /** Scar (items) per retry and per attempt that never succeeded. */
  readonly retryScar: bigint;
  readonly hardFailureScar: bigint;
  /** Scar (items) one round may add at most, before the factor for skipped epochs. */
  readonly scarCap: bigint;
  /** z² of the admission test and of the slash test. */
  readonly passZ2: bigint;
  readonly failZ2: bigint;
  /** Smallest bond. */
  readonly bondMin: bigint;
  /** Delegations count (for weight and exposure) only as far as the bond is at least this share of bond + delegations. */
  readonly bondShareBps: bigint;
  /** Members of a committee (fewer when there are fewer seats) and signatures a result needs. */
  readonly committeeSize: bigint;
  readonly quorum: bigint;
  /** Stake frozen by a failing round: base share, before severity and strikes. */
  readonly lossBaseBps: bigint;
  /** Stake frozen per model and loss epoch at most. */
  readonly lossCapBps: bigint;
  readonly lossEpoch: bigint;
  /** A freeze can be released after this long. */
  readonly freezeWindow: bigint;
  /** Active stake at which the routing weight reaches half of its limit. */
  readonly halfSaturation: bigint;
  /** sha256 of the suite that rounds under this policy run. */
  readonly suiteHash: Hex;
  /** Smallest bond of a model in the experimental lane, and the share of its bond it can lose per loss epoch. */
  readonly experimentalBondMin: bigint;
  readonly experimentalLossCapBps: bigint;
  /** Stake of all models that can be frozen within `bucketPeriod`, as a share of all tokens held; the excess waits. */
  readonly bucketBps: bigint;
  readonly bucketPeriod: bigint;
  /** A batch of which more than this share fails freezes nothing until a second committee confirms. */
  readonly breakerBps: bigint;
  /** Committees a round is divided among (fewer when there are too few seats). */
  readonly shards: bigint;
  /** Versions evaluated in a round at most, and the share of them that is drawn by lottery from the experimental lane. */
  readonly slots: bigint;
  readonly lotteryBps: bigint;
  /** What an owner prepays per round, and what an evaluator earns per round it took part in. */
  readonly evaluationPrice: bigint;
  readonly evaluationFee: bigint;
  /** Share of usage fees that fills the commons fund. */
  readonly publicShareBps: bigint;
  /** Smallest bond of a seat. */
  readonly evaluatorBondMin: bigint;
  /** Deposit of whoever asks for a re-evaluation; an appeal to the arbitrator takes twice as much, a challenge for evidence a tenth. */
  readonly disputeDeposit: bigint;
  /** Address of the ERC-792 arbitrator of the last step; 0: there is none. */
  readonly arbitrator: Hex;
}

/** The fields in the order of the struct: bit i of a policy change is field i (see policyDirection.ts). */
export const policyFields = [
  "floorsBps",
  "slashFloorsBps",
  "sharesBps",
  "weights",
  "massMin",
  "massCap",
  "massFull",
  "roundsFull",
  "itemsCap",
  "minRounds",
  "maxAge",
  "halfLife",
  "hysteresisBps",
  "scarK",
  "retryScar",
  "hardFailureScar",
  "scarCap",
  "passZ2",
  "failZ2",
  "bondMin",
  "bondShareBps",
  "committeeSize",
  "quorum",
  "lossBaseBps",
  "lossCapBps",
  "lossEpoch",
  "freezeWindow",
  "halfSaturation",
  "suiteHash",
  "experimentalBondMin",
  "experimentalLossCapBps",
  "bucketBps",
  "bucketPeriod",
  "breakerBps",
  "shards",
  "slots",
  "lotteryBps",
  "evaluationPrice",
  "evaluationFee",
  "publicShareBps",
  "evaluatorBondMin",
  "disputeDeposit",
  "arbitrator",
] as const satisfies readonly (keyof Policy)[];

const day = 86_400n;
const token = 10n ** 18n;

/**
 * The standards to start from (docs/protocol.md). The shares are those of the standard suite's 447 items (R 80, J 80, C 84, P 50,
 * E 60, L 93). `suiteHash` is zero: whoever deploys puts the suite's own hash there, and another suite's shares with it.
 */
export const defaultPolicy: Policy = {
  floorsBps: [9_000n, 9_000n, 9_000n, 8_500n, 8_500n, 8_500n, 9_700n],
  slashFloorsBps: [7_000n, 7_000n, 6_500n, 5_500n, 6_000n, 5_500n, 8_500n],
  sharesBps: [1_789n, 1_789n, 1_879n, 1_118n, 1_342n, 2_080n, 10_000n],
  weights: [20n, 15n, 20n, 15n, 10n, 10n, 10n],
  massMin: 900n,
  massCap: 4_000n,
  massFull: 4_000n,
  roundsFull: 75n,
  itemsCap: 600n,
  minRounds: 3n,
  maxAge: 14n * day,
  halfLife: 28n * day,
  hysteresisBps: 100n,
  scarK: 2_000n,
  retryScar: 1n,
  hardFailureScar: 3n,
  scarCap: 80n,
  passZ2: 4n,
  failZ2: 9n,
  bondMin: 1_000n * token,
  bondShareBps: 1_000n,
  committeeSize: 7n,
  quorum: 4n,
  lossBaseBps: 500n,
  lossCapBps: 1_000n,
  lossEpoch: 7n * day,
  freezeWindow: 7n * day,
  halfSaturation: 100_000n * token,
  suiteHash: `0x${"00".repeat(32)}`,
  experimentalBondMin: 100n * token,
  experimentalLossCapBps: 200n,
  bucketBps: 500n,
  bucketPeriod: day,
  breakerBps: 3_000n,
  shards: 1n,
  slots: 64n,
  lotteryBps: 2_000n,
  evaluationPrice: token,
  evaluationFee: 2n * token,
  publicShareBps: 1_000n,
  evaluatorBondMin: 10_000n * token,
  disputeDeposit: 500n * token,
  arbitrator: `0x${"00".repeat(20)}`,
};

/** A policy as ABI decoders return it: small integers may be numbers. */
export type DecodedPolicy = {
  readonly [Field in keyof Policy]: Policy[Field] extends Hex
    ? Hex
    : Policy[Field] extends bigint
      ? bigint | number
      : PerFamily<bigint | number>;
};

/** The policy in an ABI decoder's answer, every number a bigint. */
export function policyFromDecoded(decoded: DecodedPolicy): Policy {
  const tuple = (values: PerFamily<bigint | number>) => perFamily((index) => BigInt(values[index]));
  return {
    floorsBps: tuple(decoded.floorsBps),
    slashFloorsBps: tuple(decoded.slashFloorsBps),
    sharesBps: tuple(decoded.sharesBps),
    weights: tuple(decoded.weights),
    massMin: BigInt(decoded.massMin),
    massCap: BigInt(decoded.massCap),
    massFull: BigInt(decoded.massFull),
    roundsFull: BigInt(decoded.roundsFull),
    itemsCap: BigInt(decoded.itemsCap),
    minRounds: BigInt(decoded.minRounds),
    maxAge: BigInt(decoded.maxAge),
    halfLife: BigInt(decoded.halfLife),
    hysteresisBps: BigInt(decoded.hysteresisBps),
    scarK: BigInt(decoded.scarK),
    retryScar: BigInt(decoded.retryScar),
    hardFailureScar: BigInt(decoded.hardFailureScar),
    scarCap: BigInt(decoded.scarCap),
    passZ2: BigInt(decoded.passZ2),
    failZ2: BigInt(decoded.failZ2),
    bondMin: BigInt(decoded.bondMin),
    bondShareBps: BigInt(decoded.bondShareBps),
    committeeSize: BigInt(decoded.committeeSize),
    quorum: BigInt(decoded.quorum),
    lossBaseBps: BigInt(decoded.lossBaseBps),
    lossCapBps: BigInt(decoded.lossCapBps),
    lossEpoch: BigInt(decoded.lossEpoch),
    freezeWindow: BigInt(decoded.freezeWindow),
    halfSaturation: BigInt(decoded.halfSaturation),
    suiteHash: decoded.suiteHash,
    experimentalBondMin: BigInt(decoded.experimentalBondMin),
    experimentalLossCapBps: BigInt(decoded.experimentalLossCapBps),
    bucketBps: BigInt(decoded.bucketBps),
    bucketPeriod: BigInt(decoded.bucketPeriod),
    breakerBps: BigInt(decoded.breakerBps),
    shards: BigInt(decoded.shards),
    slots: BigInt(decoded.slots),
    lotteryBps: BigInt(decoded.lotteryBps),
    evaluationPrice: BigInt(decoded.evaluationPrice),
    evaluationFee: BigInt(decoded.evaluationFee),
    publicShareBps: BigInt(decoded.publicShareBps),
    evaluatorBondMin: BigInt(decoded.evaluatorBondMin),
    disputeDeposit: BigInt(decoded.disputeDeposit),
    arbitrator: decoded.arbitrator,
  };
}
