import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { committees, measureBatches, measureDearest } from "./gasOfBatches.ts";
import { measureRest } from "./gasOfTheRest.ts";
import { type Gas, measureGoals, onChain } from "./gasScenario.ts";

/** Gas of every operation as a full transaction: those with goals first, then for information. */
export async function measureGas(hre: HardhatRuntimeEnvironment, hardfork: string): Promise<Gas> {
  let gas = { ...(await onChain(hre, hardfork, measureGoals)), ...(await onChain(hre, hardfork, measureRest)) };
  for (const size of committees) {
    gas = { ...gas, ...(await onChain(hre, hardfork, (chain) => measureBatches(chain, size))) };
  }
  return { ...gas, ...(await onChain(hre, hardfork, measureDearest)) };
}
