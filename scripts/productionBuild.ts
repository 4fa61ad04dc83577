/** The contracts as they are deployed, compiled beside the ones tests use, so that neither build disturbs the other. */
import { fileURLToPath } from "node:url";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import config from "../hardhat.config.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const measured = [
  "Assay",
  "AssayVault",
  "PolicyBoard",
  "Court",
  "Inspector",
  "LogReplayer",
  "AssayLens",
  "adapters/ERC8004Adapter",
  "arbitrators/OwnerArbitrator",
  "tokens/PermitToken",
] as const;
export type MeasuredContract = (typeof measured)[number];

/** Owner of the standards: deployed as it comes. */
const fromPackages = ["npm:@openzeppelin/contracts/governance/TimelockController.sol"];

/**
 * Compiles with the production profile (minutes the first time, cached in `cache/production` afterwards). `assay deploy` sends what is there.
 * @param also Further sources, from the root.
 */
export async function productionBuild(also: readonly string[] = []): Promise<HardhatRuntimeEnvironment> {
  const out = { artifacts: "cache/production/artifacts", cache: "cache/production/cache" };
  const paths = { ...config.paths, ...out, sources: { solidity: ["contracts", "scripts/bench"] } };
  const hre = await createHardhatRuntimeEnvironment({ ...config, paths }, { buildProfile: "production" }, root);
  const files = [...measured.map((name) => `contracts/${name}.sol`), ...also].map((file) => `${root}${file}`);
  await hre.tasks.getTask("build").run({ files: [...files, ...fromPackages], noTests: true, quiet: true });
  return hre;
}

/** Bytes of deployed code of each contract. */
export async function contractSizes(hre: HardhatRuntimeEnvironment): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const path of measured) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const { deployedBytecode } = await hre.artifacts.readArtifact(name);
    sizes[name] = (deployedBytecode.length - 2) / 2;
  }
  return sizes;
}
