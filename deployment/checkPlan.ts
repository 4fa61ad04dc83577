import { isAddressEqual, zeroAddress } from "viem";
import { decay, ticksPerHalfLife } from "../domain/decay.ts";
import { families, familyIndexes } from "../domain/families.ts";
import { fails, massNeeded } from "../domain/gates.ts";
import { min } from "../domain/integers.ts";
import { massPerItem, rateOne, ratePerBps } from "../domain/memory.ts";
import type { Policy } from "../domain/policy.ts";
import { logEntriesMax } from "../domain/resultLog.ts";
import type { SystemPlan } from "./plan.ts";

/** Something about a plan that would not work, in one line: which values, and what to change. */
export type PlanProblem = string;

const day = 86_400n;
/** A freeze's dispute in epochs after its window: re-evaluation 4, appeal 2, arbitration 7 (contracts/Court.sol). */
const disputeEpochs = 13n;
/** The longest a freeze may hold withdrawals (contracts/Freezes.sol). */
const holdMax = 21n * day;
/** Epochs in which a fault can still be posted, and one to answer it (contracts/AssayVault.sol). */
const postingEpochs = 4n;

/**
 * Checks the parameters of a deployment against each other: what no single contract can see. An empty list: nothing speaks against it.
 * Bounds of single fields are the board's (contracts/libraries/PolicyBounds.sol) and are found by simulating the deployment.
 */
export function checkPlan(plan: SystemPlan): PlanProblem[] {
  return [
    ...timeProblems(plan),
    ...evidenceProblems(plan),
    ...committeeProblems(plan),
    ...moneyProblems(plan.policy),
    ...ownerProblems(plan),
  ];
}

function timeProblems({ epochLength, unbondingDelay, policy }: SystemPlan): PlanProblem[] {
  const problems: PlanProblem[] = [];
  if (unbondingDelay < postingEpochs * epochLength) {
    problems.push(
      `unbondingDelay ${unbondingDelay} s is shorter than ${postingEpochs} epochs (${postingEpochs * epochLength} s): stake could leave between a fault and its freeze; make it longer`,
    );
  }
  const resolution = policy.freezeWindow + disputeEpochs * epochLength;
  if (resolution > holdMax) {
    problems.push(
      `freezeWindow ${policy.freezeWindow} s and ${disputeEpochs} epochs of dispute make ${resolution} s, more than the ${holdMax} s for which a freeze holds withdrawals; shorten one of them`,
    );
  }
  if (resolution > logEntriesMax * epochLength) {
    problems.push(
      `freezeWindow ${policy.freezeWindow} s and ${disputeEpochs} epochs of dispute are ${resolution / epochLength} rounds of ${epochLength} s, more than the ${logEntriesMax} results that a log keeps: a failing result could not be disputed to the end; shorten the window or make epochs longer`,
    );
  }
  if (policy.maxAge < 2n * epochLength) {
    problems.push(
      `maxAge ${policy.maxAge} s is shorter than two epochs (${2n * epochLength} s): one missed round would end every admission; make it longer`,
    );
  }
  return problems;
}

/** Mass (unit 1/4,096 item) of a version that gets a full result every epoch, for ever. */
function reachableMass(policy: Policy, epochLength: bigint): bigint {
  const cap = policy.massCap * massPerItem;
  const ticks = (epochLength * ticksPerHalfLife) / policy.halfLife;
  let mass = 0n;
  // Converges geometrically; a half-life of epochs is at most 64·31 days of one second each, and no gain is visible after a thousand.
  for (let round = 0; round < 1_000; round++) {
    const next = min(cap, decay(mass, ticks) + policy.itemsCap * massPerItem);
    if (next === mass) break;
    mass = next;
  }
  return mass;
}

function evidenceProblems({ policy, epochLength }: SystemPlan): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const reachable = reachableMass(policy, epochLength);
  const reachableItems = reachable / massPerItem;
  if (policy.massMin > reachableItems) {
    problems.push(
      `massMin ${policy.massMin} items can never be reached: ${policy.itemsCap} items a round that fade with a half-life of ${policy.halfLife} s add up to ${reachableItems}; lower it, or raise itemsCap or halfLife`,
    );
  }
  for (const index of familyIndexes) {
    const floorBps = policy.floorsBps[index];
    const shareBps = policy.sharesBps[index];
    if (floorBps === 0n) continue;
    const needed = massNeeded({ rate: rateOne, bar: floorBps * ratePerBps, shareBps, z2: policy.passZ2 });
    if (needed === undefined || needed > reachable) {
      problems.push(
        `floor of ${families[index]}, ${floorBps} bps: even a perfect model needs ${needed === undefined ? "more evidence than there is" : `${needed / massPerItem} items`}, and ${reachableItems} can be reached; lower the floor, or raise its share or itemsCap`,
      );
    }
    const slashFloorBps = policy.slashFloorsBps[index];
    const itemsShare = policy.itemsCap * shareBps;
    if (slashFloorBps !== 0n && !fails({ score: 0n, slashFloorBps, itemsShare, z2: policy.failZ2 })) {
      problems.push(
        `slash floor of ${families[index]}, ${slashFloorBps} bps: not even a score of 0 in a full round would fail it; raise the slash floor, its share or itemsCap, or set it to 0`,
      );
    }
  }
  return problems;
}

function committeeProblems({ policy, seats }: SystemPlan): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const count = BigInt(seats.length);
  if (count !== 0n && count < policy.committeeSize) {
    problems.push(
      `committeeSize ${policy.committeeSize} with ${count} seats: every round would have the same committee; seat more evaluators or make it smaller`,
    );
  }
  const signers = new Set(seats.map(({ signer }) => signer.toLowerCase()));
  if (signers.size !== seats.length) problems.push("two seats have the same signer: every seat needs a key of its own");
  return problems;
}

function moneyProblems(policy: Policy): PlanProblem[] {
  const income = policy.evaluationPrice * policy.slots;
  const cost = policy.evaluationFee * policy.committeeSize * policy.shards;
  if (income >= cost) return [];
  return [
    `evaluators would earn ${cost} a round (evaluationFee ${policy.evaluationFee} × ${policy.committeeSize} members × ${policy.shards} shards), and ${policy.slots} slots at ${policy.evaluationPrice} bring in ${income} at most; raise evaluationPrice or slots, or lower the fee`,
  ];
}

function ownerProblems({ timelock }: SystemPlan): PlanProblem[] {
  const problems: PlanProblem[] = [];
  if (timelock?.delay === 0n) {
    problems.push(
      "timelock delay 0 s: nobody would see beforehand who is given a seat or loses one; give it a delay, or leave the timelock out",
    );
  }
  if (timelock?.proposers.some((proposer) => isAddressEqual(proposer, zeroAddress))) {
    problems.push(
      `timelock proposer ${zeroAddress}: nobody has its key, and a board whose timelock nobody can propose to keeps its standards for ever; name accounts that are held`,
    );
  }
  return problems;
}
