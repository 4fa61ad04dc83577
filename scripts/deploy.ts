import { readFileSync } from "node:fs";
import { type Abi, type Account, type Address, createPublicClient, createWalletClient, type Hex, http } from "viem";
import { z } from "zod";
import type { Policy } from "../domain/policy.ts";
import { assayAbi, type Deployment, policyArgument, policyBoardAbi } from "../sdk/index.ts";

const artifactSchema = z.object({ abi: z.array(z.unknown()), bytecode: z.templateLiteral(["0x", z.string()]) });

/** An evaluator's place on the board, as it is seated at deployment. */
export interface SeatPlan {
  owner: Address;
  signer: Address;
  linkHead: Hex;
}

export interface DeploymentPlan {
  rpcUrl: string;
  deployer: Account;
  policy: Policy;
  seats: readonly SeatPlan[];
  /** Seconds per epoch. */
  epochLength: bigint;
  /** Seconds between a request to unbond and the withdrawal. */
  unbondingDelay: bigint;
  /** Whole supply of the local permit token, minted to the deployer. */
  tokenSupply: bigint;
}

/** A transaction of the deployment was mined but failed. */
export class DeploymentFailedError extends Error {
  override name = "DeploymentFailedError";
}

function readArtifact(path: string): { abi: Abi; bytecode: Hex } {
  const url = new URL(`../artifacts/contracts/${path}`, import.meta.url);
  const { abi, bytecode } = artifactSchema.parse(JSON.parse(readFileSync(url, "utf8")));
  // Hardhat wrote the file; its entries are ABI items.
  return { abi: abi as Abi, bytecode };
}

/**
 * Deploys token, board, Assay and lens, sets the first policy and seats the evaluators.
 * @returns where everything lives, as every service reads it.
 */
export async function deploy(plan: DeploymentPlan): Promise<Deployment> {
  const transport = http(plan.rpcUrl);
  const reader = createPublicClient({ transport, pollingInterval: 100 });
  const chainId = await reader.getChainId();
  const wallet = createWalletClient({ account: plan.deployer, transport });
  const startBlock = Number(await reader.getBlockNumber());

  const mined = async (hash: Hex, what: string) => {
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new DeploymentFailedError(`${what} reverted in ${hash}`);
    return receipt;
  };
  const create = async (path: string, args: readonly unknown[]): Promise<Address> => {
    const { abi, bytecode } = readArtifact(path);
    const receipt = await mined(await wallet.deployContract({ abi, bytecode, args, chain: null }), path);
    if (!receipt.contractAddress) throw new DeploymentFailedError(`${path} left no contract`);
    return receipt.contractAddress;
  };

  const token = await create("tokens/PermitToken.sol/PermitToken.json", [
    "Assay devnet token",
    "ASY",
    plan.deployer.address,
    plan.tokenSupply,
  ]);
  const policyBoard = await create("PolicyBoard.sol/PolicyBoard.json", [plan.deployer.address]);
  const board = { address: policyBoard, abi: policyBoardAbi, chain: null } as const;
  await mined(
    await wallet.writeContract({ ...board, functionName: "setPolicy", args: [policyArgument(plan.policy)] }),
    "setPolicy",
  );
  for (const seat of plan.seats) {
    const args = [seat.owner, seat.signer, seat.linkHead] as const;
    await mined(await wallet.writeContract({ ...board, functionName: "addSeat", args }), `addSeat ${seat.signer}`);
  }
  const assay = await create("Assay.sol/Assay.json", [token, policyBoard, plan.epochLength, plan.unbondingDelay]);
  const lens = await create("AssayLens.sol/AssayLens.json", [assay]);
  const genesis = await reader.readContract({ address: assay, abi: assayAbi, functionName: "genesis" });

  return {
    chainId,
    assay,
    policyBoard,
    lens,
    token,
    startBlock,
    genesis: Number(genesis),
    epochLength: Number(plan.epochLength),
    unbondingDelay: Number(plan.unbondingDelay),
  };
}
