import type { Address, Hex, PublicClient } from "viem";
import { type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/**
 * The seat that a key holds.
 * @param linkHead Head of the hash chain that the key's owner has the secret of.
 * @throws RefusedStart when it holds none, or the hash chain of its secret is not the one the seat was given.
 */
export async function findSeat(
  client: PublicClient,
  { policyBoard }: Deployment,
  signer: Address,
  linkHead: Hex,
): Promise<number> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const pointer = await client.readContract({ ...board, functionName: "seatsPointer" });
  const seat = (await signersAt(client, pointer)).indexOf(signer);
  if (seat < 0)
    throw new RefusedStart(
      `key ${signer} holds no seat on PolicyBoard ${policyBoard}: have it seated (addSeat), or use the key that is`,
    );
  const onChain = await client.readContract({ ...board, functionName: "seat", args: [BigInt(seat)] });
  if (onChain.linkHead !== linkHead)
    throw new RefusedStart(
      `the link secret of ${signer} does not belong to seat ${seat}, whose hash chain begins with ${onChain.linkHead}: restore linkSecret in the key file`,
    );
  return seat;
}

/** @throws RefusedStart when the suite is not the one that rounds run now. */
export async function requireSuite(client: PublicClient, { policyBoard }: Deployment, suiteHash: Hex): Promise<void> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const policyId = await client.readContract({ ...board, functionName: "currentPolicyId" });
  const policy = await client.readContract({ ...board, functionName: "policy", args: [policyId] });
  if (policy.suiteHash !== suiteHash)
    throw new RefusedStart(
      `the suite has hash ${suiteHash}, policy ${policyId} asks for ${policy.suiteHash}: set suite to the file with that hash`,
    );
}
