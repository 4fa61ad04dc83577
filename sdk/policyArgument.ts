import type { ContractFunctionArgs } from "viem";
import { type PerFamily, perFamily } from "../domain/families.ts";
import type { Policy } from "../domain/policy.ts";
import type { policyBoardAbi } from "./abi/policyBoard.ts";

type PolicyArgument = ContractFunctionArgs<typeof policyBoardAbi, "nonpayable", "announcePolicy">[0];

/** A policy as `PolicyBoard.announcePolicy` takes it: integers of 48 bits and fewer are numbers to the ABI encoder. */
export function policyArgument(policy: Policy): PolicyArgument {
  const numbers = (values: PerFamily<bigint>) => perFamily((index) => Number(values[index]));
  return {
    floorsBps: numbers(policy.floorsBps),
    slashFloorsBps: numbers(policy.slashFloorsBps),
    sharesBps: numbers(policy.sharesBps),
    weights: numbers(policy.weights),
    massMin: Number(policy.massMin),
    massCap: Number(policy.massCap),
    massFull: Number(policy.massFull),
    roundsFull: Number(policy.roundsFull),
    itemsCap: Number(policy.itemsCap),
    minRounds: Number(policy.minRounds),
    maxAge: Number(policy.maxAge),
    halfLife: Number(policy.halfLife),
    hysteresisBps: Number(policy.hysteresisBps),
    scarK: Number(policy.scarK),
    retryScar: Number(policy.retryScar),
    hardFailureScar: Number(policy.hardFailureScar),
    scarCap: Number(policy.scarCap),
    passZ2: Number(policy.passZ2),
    failZ2: Number(policy.failZ2),
    bondMin: policy.bondMin,
    bondShareBps: Number(policy.bondShareBps),
    committeeSize: Number(policy.committeeSize),
    quorum: Number(policy.quorum),
    lossBaseBps: Number(policy.lossBaseBps),
    lossCapBps: Number(policy.lossCapBps),
    lossEpoch: Number(policy.lossEpoch),
    freezeWindow: Number(policy.freezeWindow),
    halfSaturation: policy.halfSaturation,
    suiteHash: policy.suiteHash,
    experimentalBondMin: policy.experimentalBondMin,
    experimentalLossCapBps: Number(policy.experimentalLossCapBps),
    bucketBps: Number(policy.bucketBps),
    bucketPeriod: Number(policy.bucketPeriod),
    breakerBps: Number(policy.breakerBps),
    shards: Number(policy.shards),
    slots: Number(policy.slots),
    lotteryBps: Number(policy.lotteryBps),
    evaluationPrice: policy.evaluationPrice,
    evaluationFee: policy.evaluationFee,
    publicShareBps: Number(policy.publicShareBps),
    evaluatorBondMin: policy.evaluatorBondMin,
    disputeDeposit: policy.disputeDeposit,
    arbitrator: policy.arbitrator,
  };
}
