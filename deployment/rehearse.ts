import { fileURLToPath } from "node:url";
import { custom } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type DeployOptions, deploy } from "./deploy.ts";
import { DeploymentFailedError } from "./deploymentFailedError.ts";
import type { SystemPlan } from "./plan.ts";

/** A key without value: the first of Hardhat's well-known ones, rich on every chain it simulates. */
const rehearsalKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/**
 * Carries a plan out on a chain inside this process, so that whatever the contracts refuse is refused before anything is sent. A token
 * that is there already is played by a new one.
 * @throws DeploymentFailedError with the contracts' own words
 */
export async function rehearse(plan: SystemPlan, options: Pick<DeployOptions, "artifactsDir">): Promise<void> {
  // Hardhat looks for its configuration where the command was typed, which may be anywhere.
  process.env.HARDHAT_CONFIG ??= fileURLToPath(new URL("../hardhat.config.ts", import.meta.url));
  // Loaded here: Hardhat takes a second to start, and only a rehearsal needs it.
  const { default: hre } = await import("hardhat");
  const connection = await hre.network.create("devnet");
  try {
    const token = "address" in plan.token ? { name: "Rehearsal", symbol: "REH", supply: 1n } : plan.token;
    const deployer = privateKeyToAccount(rehearsalKey);
    await deploy({ ...plan, token, transport: custom(connection.provider), deployer }, options).catch((error) => {
      if (!(error instanceof DeploymentFailedError)) throw error;
      throw new DeploymentFailedError(`the contracts refuse this: ${error.message} Correct the config.`);
    });
  } finally {
    await connection.close();
  }
}
