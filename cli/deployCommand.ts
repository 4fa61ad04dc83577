import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { createPublicClient, erc20Abi, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { artifactDirs } from "../deployment/artifacts.ts";
import { checkPlan } from "../deployment/checkPlan.ts";
import { DeploymentFailedError } from "../deployment/deploymentFailedError.ts";
import { type DescribedValue, describePlan } from "../deployment/describePlan.ts";
import type { SystemPlan } from "../deployment/plan.ts";
import { type DeployConfig, readDeployConfig } from "../deployment/readConfig.ts";
import { makeFolderSync } from "../evaluation/evidence/makeFolder.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Examples:
  assay deploy deployment/example.json5 --dry-run      every value with its meaning; nothing is sent
  ASSAY_DEPLOYER_KEY=0x… assay deploy my.json5 --yes   deploys, and writes deployments/<name>.json`;

/** What is sent is what `npm run build` made. */
const production = { artifactsDir: artifactDirs.production } as const;

interface Options {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly out: string;
}

/** What a config file comes to on the chain it names. */
interface Prepared {
  readonly config: DeployConfig;
  readonly plan: SystemPlan;
  readonly values: readonly DescribedValue[];
}

export function addDeployCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("deploy")
    .description("deploy the protocol from one config file")
    .argument("<config>", "JSON5 file; deployment/example.json5 explains every field")
    .option("--dry-run", "check and print every value with its meaning; send nothing")
    .option("--yes", "send the transactions")
    .option("--out <dir>", "where the deployment's JSON and journal are written", "deployments")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (file: string, options: Options) => {
      const prepared = await prepare(file);
      if (!isSound(prepared.plan, surroundings)) return finish(exitCode.failed);
      surroundings.stderr("rehearsing on a chain inside this process …\n");
      // Loaded here: only who deploys has the tools for it, and a node does not.
      const { rehearse } = await import("../deployment/rehearse.ts");
      await rehearse(prepared.plan, production);
      if (options.dryRun || !options.yes) return finish(report(prepared, options, surroundings));
      await send(prepared, options, surroundings);
      finish(exitCode.done);
    });
}

/** @throws DeploymentFailedError when the chain is not the one the file names */
async function prepare(file: string): Promise<Prepared> {
  const config = await readDeployConfig(file);
  const reader = createPublicClient({ transport: http(config.rpcUrl) });
  const chainId = await reader.getChainId().catch(() => {
    throw new DeploymentFailedError(`no chain answers at ${config.rpcUrl}: start the node, or correct rpcUrl`);
  });
  if (chainId !== config.chainId) {
    throw new DeploymentFailedError(
      `${config.rpcUrl} is chain ${chainId}, not ${config.chainId}: correct chainId or rpcUrl`,
    );
  }
  const { tokenAddress } = config;
  const decimals = tokenAddress
    ? await reader.readContract({ address: tokenAddress, abi: erc20Abi, functionName: "decimals" }).catch(() => {
        throw new DeploymentFailedError(`${tokenAddress} is no ERC-20 on chain ${chainId}: correct token`);
      })
    : 18;
  const plan = config.planFor(decimals);
  return { config, plan, values: describePlan(plan, decimals) };
}

function isSound(plan: SystemPlan, { stderr }: Surroundings): boolean {
  const problems = checkPlan(plan);
  for (const problem of problems) stderr(`refused: ${problem}\n`);
  return problems.length === 0;
}

function report({ config, values }: Prepared, { dryRun, json }: Options, { stdout, stderr }: Surroundings) {
  if (json) {
    stdout(`${JSON.stringify({ ok: true, sent: false, name: config.name, chainId: config.chainId, values })}\n`);
  } else {
    const width = Math.max(...values.map(({ name }) => name.length));
    for (const { name, value, meaning } of values)
      stdout(`${name.padEnd(width)}  ${value}\n${" ".repeat(width)}  ${meaning}\n`);
  }
  if (!dryRun) stderr("nothing was sent: add --yes to deploy these values\n");
  return dryRun ? exitCode.done : exitCode.failed;
}

function deployerKey({ env }: Surroundings): Hex {
  const key = env.ASSAY_DEPLOYER_KEY;
  if (!key || !/^0x[0-9a-fA-F]{64}$/.test(key)) {
    throw new UsageError("ASSAY_DEPLOYER_KEY must hold the deployer's private key (0x and 64 hex digits)");
  }
  return `0x${key.slice(2)}`;
}

async function send({ config, plan }: Prepared, { out, json }: Options, surroundings: Surroundings): Promise<void> {
  const deployer = privateKeyToAccount(deployerKey(surroundings));
  const journalDir = join(out, `${config.name}.journal`);
  surroundings.stderr(`deploying as ${deployer.address}; if it stops, the same command goes on\n`);
  const { deploy } = await import("../deployment/deploy.ts");
  const deployment = await deploy({ ...plan, transport: http(config.rpcUrl), deployer }, { journalDir, ...production });
  const file = join(out, `${config.name}.json`);
  makeFolderSync(dirname(file));
  writeFileSync(file, `${JSON.stringify(deployment, null, 2)}\n`);
  surroundings.stdout(
    json
      ? `${JSON.stringify({ ok: true, sent: true, file, deployment })}\n`
      : `${Object.entries(deployment)
          .map(([name, value]) => `${name.padEnd(16)}${value}`)
          .join("\n")}\nwritten to ${file}\n`,
  );
}
