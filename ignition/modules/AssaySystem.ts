import { buildModule, type CallableContractFuture, type Future } from "@nomicfoundation/ignition-core";
import type { Address } from "viem";
import type { SystemPlan } from "../../deployment/plan.ts";

/** Addresses that contracts name before they are there: the deployer's next ones, in this order (contracts/AssayVault.sol checks them). */
export interface PredictedAddresses {
  readonly vault: Address;
  readonly court: Address;
}

/** Transactions before the record's: token (unless it is there), timelock (unless there is none), board. */
export function transactionsBeforeAssay(plan: SystemPlan): number {
  return ("address" in plan.token ? 0 : 1) + (plan.timelock ? 1 : 0) + 1;
}

/**
 * The whole system as one Hardhat Ignition module. Every step waits for the one before, so that nonces, and with them addresses, are
 * known beforehand. The board's owner is handed over last.
 */
export function assaySystem(plan: SystemPlan, deployer: Address, predicted: PredictedAddresses) {
  return buildModule("AssaySystem", (m) => {
    let last: Future | undefined;
    const after = () => (last ? { after: [last] } : {});
    const then = <F extends Future>(future: F): F => {
      last = future;
      return future;
    };

    const token: CallableContractFuture<string> =
      "address" in plan.token
        ? m.contractAt("PermitToken", plan.token.address)
        : then(m.contract("PermitToken", [plan.token.name, plan.token.symbol, deployer, plan.token.supply], after()));
    const { timelock } = plan;
    const owner = timelock
      ? then(
          m.contract(
            "TimelockController",
            [timelock.delay, [...timelock.proposers], executorsOf(timelock.executors), zeroAddress],
            after(),
          ),
        )
      : undefined;
    const policyBoard = then(m.contract("PolicyBoard", [deployer], after()));
    const assay = then(m.contract("Assay", [policyBoard, predicted.vault, predicted.court, plan.epochLength], after()));
    const vault = then(m.contract("AssayVault", [token, assay, plan.unbondingDelay], after()));
    const court = then(m.contract("Court", [assay], after()));
    const lens = then(m.contract("AssayLens", [assay], after()));

    then(m.call(policyBoard, "connect", [assay], after()));
    then(m.call(policyBoard, "announcePolicy", [solidityPolicy(plan)], after()));
    for (const [i, seat] of plan.seats.entries()) {
      const args = [seat.owner, seat.signer, seat.linkHead];
      then(m.call(policyBoard, "addSeat", args, { id: `addSeat${i}`, ...after() }));
    }
    if (plan.guardian) then(m.call(policyBoard, "setGuardian", [plan.guardian], after()));
    if (owner) then(m.call(policyBoard, "transferOwnership", [owner], after()));
    return owner
      ? { token, policyBoard, assay, vault, court, lens, timelock: owner }
      : { token, policyBoard, assay, vault, court, lens };
  });
}

const zeroAddress = "0x0000000000000000000000000000000000000000";

/** To OpenZeppelin's timelock the zero address among the executors means anyone. */
const executorsOf = (executors: readonly Address[]): Address[] =>
  executors.length === 0 ? [zeroAddress] : [...executors];

/** A policy as Ignition takes structs: plain objects of integers, strings and arrays. */
function solidityPolicy({ policy }: SystemPlan) {
  const { floorsBps, slashFloorsBps, sharesBps, weights, ...fields } = policy;
  return {
    ...fields,
    floorsBps: [...floorsBps],
    slashFloorsBps: [...slashFloorsBps],
    sharesBps: [...sharesBps],
    weights: [...weights],
  };
}
