import { type Address, type PublicClient, zeroAddress } from "viem";
import { assayAbi, assayVaultAbi, type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import type { LinkChains } from "./linkChains.ts";

/** Rounds that can be posted to: the running epoch's and those of the two before. */
const openRounds = 3n;

/**
 * The id of the seat that a key signs for. A key that was rotated out, or whose seat has left, still has a part in the rounds that
 * opened before; and as long as a seat that has left has a bond, its evidence can be asked for.
 * @throws RefusedStart when it signs for none, no longer has a part in any open round, or has no secret of its seat's hash chain.
 */
export async function findSeat(
  client: PublicClient,
  deployment: Deployment,
  signer: Address,
  links: LinkChains,
): Promise<bigint> {
  const { policyBoard } = deployment;
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const found = await client.readContract({ ...board, functionName: "seatOfSigner", args: [signer] });
  if (found === 0n)
    throw new RefusedStart(
      `key ${signer} holds no seat on PolicyBoard ${policyBoard}: have it seated (addSeat), or use the key that is`,
    );
  const seatId = found - 1n;
  const seat = await client.readContract({ ...board, functionName: "seat", args: [seatId] });
  if (seat.signer !== signer || seat.leftAt !== 0) {
    if ((await lastOpenRound(client, deployment, signer)) !== undefined) return seatId;
    if (seat.signer === signer && (await hasBond(client, deployment, seatId))) return seatId;
    const [now, remedy] =
      seat.leftAt !== 0
        ? ["has left and has no bond", "use the key of a seat"]
        : [`signs with ${seat.signer}`, "name that one in key, with a dataDir of its own"];
    throw new RefusedStart(`seat ${seatId} ${now}, and no open round counts on key ${signer}: ${remedy}`);
  }
  if (!links.has(seat.linkHead))
    throw new RefusedStart(
      `the link secret of ${signer} does not belong to seat ${seatId}, whose hash chain begins with ${seat.linkHead}: restore linkSecret in the key file`,
    );
  return seatId;
}

/** The last round that can still be posted to and counts on a signing key; undefined when there is none. */
export async function lastOpenRound(
  client: PublicClient,
  { assay }: Pick<Deployment, "assay">,
  signer: Address,
): Promise<bigint | undefined> {
  const contract = { address: assay, abi: assayAbi } as const;
  const current = await client.readContract({ ...contract, functionName: "currentRoundId" });
  for (let roundId = current; roundId > 0n && roundId > current - openRounds; roundId -= 1n) {
    const { seatsPointer } = await client.readContract({ ...contract, functionName: "round", args: [roundId] });
    if (seatsPointer !== zeroAddress && (await signersAt(client, seatsPointer)).includes(signer)) return roundId;
  }
  return undefined;
}

async function hasBond(client: PublicClient, { vault }: Deployment, seatId: bigint): Promise<boolean> {
  const args = [seatId] as const;
  const bond = await client.readContract({ address: vault, abi: assayVaultAbi, functionName: "seatBondOf", args });
  return bond.assets > 0n;
}

/** How much a seat's bond is short of what the policy in force asks for, in the token's smallest unit. */
export async function missingBond(
  client: PublicClient,
  { policyBoard, vault }: Deployment,
  seatId: bigint,
): Promise<bigint> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const policyId = await client.readContract({ ...board, functionName: "currentPolicyId" });
  const [policy, bond] = await Promise.all([
    client.readContract({ ...board, functionName: "policy", args: [policyId] }),
    client.readContract({ address: vault, abi: assayVaultAbi, functionName: "seatBond", args: [seatId] }),
  ]);
  return bond >= policy.evaluatorBondMin ? 0n : policy.evaluatorBondMin - bond;
}

/** @throws RefusedStart when the suite is not the one that rounds run now. */
export async function requireSuite(
  client: PublicClient,
  { policyBoard }: Deployment,
  suiteHash: `0x${string}`,
): Promise<void> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const policyId = await client.readContract({ ...board, functionName: "currentPolicyId" });
  const policy = await client.readContract({ ...board, functionName: "policy", args: [policyId] });
  if (policy.suiteHash !== suiteHash)
    throw new RefusedStart(
      `the suite has hash ${suiteHash}, policy ${policyId} asks for ${policy.suiteHash}: set suite to the file with that hash`,
    );
}
