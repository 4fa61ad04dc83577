import type { Account, Address, Hex, Transport } from "viem";
import type { Policy } from "../domain/policy.ts";

/** An evaluator's place on the board, as it is seated at deployment. Its bond is paid afterwards, by whoever owns it. */
export interface SeatPlan {
  readonly owner: Address;
  readonly signer: Address;
  readonly linkHead: Hex;
}

/** A token that is there, or one with EIP-2612 permits that is made for a network without value. */
export type TokenPlan =
  | { readonly address: Address }
  | { readonly name: string; readonly symbol: string; readonly supply: bigint };

/** OpenZeppelin's TimelockController as the owner of the standards. */
export interface TimelockPlan {
  /** Seconds. */
  readonly delay: bigint;
  readonly proposers: readonly Address[];
  /** Empty: anyone. */
  readonly executors: readonly Address[];
}

/** All that is fixed when the protocol is deployed. */
export interface SystemPlan {
  readonly token: TokenPlan;
  readonly policy: Policy;
  readonly seats: readonly SeatPlan[];
  /** Seconds per epoch. */
  readonly epochLength: bigint;
  /** Seconds between a request to unbond and the withdrawal. */
  readonly unbondingDelay: bigint;
  /** Missing: the deployer keeps the board. For networks without value only. */
  readonly timelock?: TimelockPlan;
  readonly guardian?: Address;
}

/** A plan, and with what and where it is carried out. */
export interface DeploymentPlan extends SystemPlan {
  /** How to reach the chain. */
  readonly transport: Transport;
  readonly deployer: Account;
}
