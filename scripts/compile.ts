import hre from "hardhat";

/**
 * Compiles the contracts if anything changed. Through the task, not the command line, which would ask a newcomer about telemetry.
 * @throws HardhatError when a contract does not compile; the compiler's words are on stderr.
 */
export async function compile(): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}
