import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeploymentResultType,
  type ExecutionEventListener,
  deploy as igniteModule,
} from "@nomicfoundation/ignition-core";
import { type Address, createPublicClient, getAddress, getContractAddress, isAddress } from "viem";
import { z } from "zod";
import { makeFolderSync } from "../evaluation/evidence/makeFolder.ts";
import { assaySystem, type PredictedAddresses, transactionsBeforeAssay } from "../ignition/modules/AssaySystem.ts";
import { assayAbi, courtAbi, type Deployment, errorNotices } from "../sdk/index.ts";
import { artifactDirs, artifactsIn } from "./artifacts.ts";
import { DeploymentFailedError } from "./deploymentFailedError.ts";
import type { DeploymentPlan } from "./plan.ts";
import { signingProvider } from "./signingProvider.ts";

export interface DeployOptions {
  /** Where the journal is kept, so that an interrupted deployment goes on where it stopped. Missing: nowhere. */
  readonly journalDir?: string;
  /** Where the compiled contracts are; the ones of tests and the devnet if missing. */
  readonly artifactsDir?: string;
  readonly onEvent?: ExecutionEventListener;
  /** Blocks on top of a transaction before the next step. */
  readonly confirmations?: number;
}

const startSchema = z.strictObject({ nonce: z.number(), startBlock: z.number() });
type Start = z.infer<typeof startSchema>;

const addressSchema = z
  .string()
  .refine((text) => isAddress(text))
  .transform((text): Address => getAddress(text));
const contractsSchema = z.object({
  token: addressSchema,
  policyBoard: addressSchema,
  assay: addressSchema,
  vault: addressSchema,
  court: addressSchema,
  lens: addressSchema,
  timelock: addressSchema.optional(),
});

/** Where a deployment began: kept beside the journal, because the predicted addresses must be the same when it goes on. */
async function startOf(journalDir: string | undefined, current: () => Promise<Start>): Promise<Start> {
  if (!journalDir) return current();
  const file = join(journalDir, "start.json");
  try {
    return startSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    const start = await current();
    makeFolderSync(journalDir);
    writeFileSync(file, `${JSON.stringify(start)}\n`);
    return start;
  }
}

function predict(plan: DeploymentPlan, { nonce }: Start): PredictedAddresses {
  const assayNonce = BigInt(nonce + transactionsBeforeAssay(plan));
  const from = plan.deployer.address;
  return {
    vault: getContractAddress({ from, nonce: assayNonce + 1n }),
    court: getContractAddress({ from, nonce: assayNonce + 2n }),
  };
}

/** What a step failed with, and what the contracts say it means. */
function explained(error: string): string {
  const [, name = ""] = /custom error (\w+)\(/.exec(error) ?? [];
  const notice = Object.entries(errorNotices).find(([signature]) => signature.startsWith(`${name}(`));
  return notice === undefined ? error : `${error}: ${notice[1]}`;
}

/** What went wrong, in one line a failed step. */
function failureOf(
  result: Exclude<Awaited<ReturnType<typeof igniteModule>>, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>,
): string {
  if (result.type === DeploymentResultType.EXECUTION_ERROR) {
    const steps = [
      ...result.failed.map(({ futureId, error }) => `${futureId}: ${explained(error)}`),
      ...result.timedOut.map(({ futureId }) => `${futureId}: its transaction was not mined in time`),
      ...result.held.map(({ futureId, reason }) => `${futureId}: ${reason}`),
    ];
    return steps.join("; ");
  }
  if (result.type === DeploymentResultType.PREVIOUS_RUN_ERROR) {
    return `an earlier run failed at ${Object.keys(result.errors).join(", ")}: start again under another name`;
  }
  return Object.entries(result.errors)
    .map(([step, errors]) => `${step}: ${errors.map(explained).join(", ")}`)
    .join("; ");
}

/**
 * Deploys the whole system, connects it, announces the first standards, seats the evaluators and hands the board to its owner.
 * With a journal an interrupted deployment goes on where it stopped.
 * @returns where everything lives, as every service reads it
 * @throws DeploymentFailedError
 */
export async function deploy(plan: DeploymentPlan, options: DeployOptions = {}): Promise<Deployment> {
  const { deployer, transport } = plan;
  const reader = createPublicClient({ transport, pollingInterval: 100 });
  const chainId = await reader.getChainId();
  const start = await startOf(options.journalDir, async () => ({
    nonce: await reader.getTransactionCount({ address: deployer.address, blockTag: "pending" }),
    startBlock: Number(await reader.getBlockNumber()),
  }));
  const result = await igniteModule({
    artifactResolver: artifactsIn(options.artifactsDir ?? artifactDirs.default),
    provider: signingProvider(transport, deployer),
    ...(options.journalDir ? { deploymentDir: options.journalDir } : {}),
    ...(options.onEvent ? { executionEventListener: options.onEvent } : {}),
    ignitionModule: assaySystem(plan, deployer.address, predict(plan, start)),
    deploymentParameters: {},
    accounts: [deployer.address],
    config: { requiredConfirmations: options.confirmations ?? 1, blockPollingInterval: 50 },
  });
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) throw new DeploymentFailedError(failureOf(result));
  const addresses = contractsSchema.parse(
    Object.fromEntries(
      Object.values(result.contracts).map(({ id, address }) => [
        resultNames[id.replace("AssaySystem#", "")] ?? id,
        address,
      ]),
    ),
  );
  const genesis = await reader.readContract({ address: addresses.assay, abi: assayAbi, functionName: "genesis" });
  const inspector = await reader.readContract({ address: addresses.court, abi: courtAbi, functionName: "inspector" });
  const { timelock, ...contracts } = addresses;
  return {
    chainId,
    ...contracts,
    inspector,
    ...(timelock ? { timelock } : {}),
    startBlock: start.startBlock,
    genesis: Number(genesis),
    epochLength: Number(plan.epochLength),
    unbondingDelay: Number(plan.unbondingDelay),
  };
}

/** Contract of the module → its name in a deployment file. */
const resultNames: Readonly<Record<string, string>> = {
  PermitToken: "token",
  PolicyBoard: "policyBoard",
  Assay: "assay",
  AssayVault: "vault",
  Court: "court",
  AssayLens: "lens",
  TimelockController: "timelock",
};
