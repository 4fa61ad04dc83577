import { type Address, getContractAddress } from "viem";
import type { Deployment } from "./deployment.ts";

/** Nonce of a contract's first creation (EIP-161). */
const firstNonce = 1n;

/** Where the inspector lives: the court's constructor creates it, and nothing before it (contracts/Court.sol). */
export function inspectorAddress({ court }: Pick<Deployment, "court">): Address {
  return getContractAddress({ from: court, nonce: firstNonce });
}
