import { type Address, isAddressEqual, type PublicClient } from "viem";
import { linkHead } from "../domain/seed.ts";
import { boardDomain, boardTypes } from "../domain/typedData.ts";
import { closesAt, evidenceEpochs } from "../oracle/court/clocks.ts";
import type { EvaluatorKey } from "../oracle/keys/evaluatorKey.ts";
import { lastOpenRound } from "../oracle/node/checkSeat.ts";
import { createLinkChains } from "../oracle/node/linkChains.ts";
import { createPolicies } from "../oracle/node/policies.ts";
import { epochStartOf, roundIdAt } from "../oracle/node/roundTiming.ts";
import { RefusedStart } from "../oracle/service/refusedStart.ts";
import { type Deployment, policyBoardAbi } from "../sdk/index.ts";
import { readSeat } from "./readSeat.ts";
import type { SeatCall } from "./seatCall.ts";

/** How a seat comes to another signing key. */
export interface Rotation {
  readonly seatId: bigint;
  readonly owner: Address;
  /** The key the seat has on chain. */
  readonly oldSigner: Address;
  readonly newSigner: Address;
  /** What is left to be sent, in this order; none when the seat has key and hash chain already. */
  readonly calls: readonly SeatCall[];
}

/** What a rotation means for the node with the old key. */
export interface OldKeyDates {
  /** The first round that counts on the new key, if it opens after the rotation is in a block. */
  readonly fromRound: bigint;
  /** When the last open round that counts on the old key is closed, unix seconds; undefined when there is none. */
  readonly neededUntil: bigint | undefined;
  /** Until when evidence behind reports of the old key can be asked for, unix seconds. */
  readonly evidenceUntil: bigint;
}

export interface RotationSubject {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly seatId: bigint;
  /** The seat's future key, with the secrets of its hash chains. */
  readonly key: EvaluatorKey;
}

/**
 * What brings a seat to a new signing key, and to the hash chain that the node with that key has the secret of.
 * @throws RefusedStart when there is no such seat, it has left, or the key is or was in use
 */
export async function planRotation({ client, deployment, seatId, key }: RotationSubject): Promise<Rotation> {
  const seat = await readSeat(client, deployment, seatId);
  if (seat.leftAt !== 0) throw new RefusedStart(`seat ${seatId} has left, and signs for nothing: name another --seat`);
  const newSigner = key.account.address;
  const isRotated = isAddressEqual(seat.signer, newSigner);
  if (!isRotated) await requireUnused(client, deployment, newSigner);
  const calls: SeatCall[] = [];
  const to = deployment.policyBoard;
  if (!isRotated) {
    const proof = await key.account.signTypedData({
      domain: boardDomain(BigInt(deployment.chainId), to),
      types: boardTypes,
      primaryType: "KeyProof",
      message: { seatId, seatOwner: seat.owner },
    });
    calls.push({ name: "rotateSigner", to, args: [seatId, newSigner, proof] });
  }
  const [secret = "0x"] = key.linkSecrets;
  if (!createLinkChains(key.linkSecrets).has(seat.linkHead))
    calls.push({ name: "rotateLink", to, args: [seatId, linkHead(secret)] });
  return { seatId, owner: seat.owner, oldSigner: seat.signer, newSigner, calls };
}

export async function oldKeyDates(
  client: PublicClient,
  deployment: Deployment,
  oldSigner: Address,
): Promise<OldKeyDates> {
  const policies = createPolicies(client, deployment);
  const [{ timestamp }, last, { freezeWindow }] = await Promise.all([
    client.getBlock(),
    lastOpenRound(client, deployment, oldSigner),
    policies.current().then(policies.get),
  ]);
  const current = roundIdAt(deployment, timestamp);
  const fromRound = last === current ? current + 1n : current;
  return {
    fromRound,
    neededUntil: last === undefined ? undefined : closesAt(deployment, last),
    evidenceUntil: epochStartOf(deployment, fromRound - 1n + evidenceEpochs(deployment, freezeWindow)),
  };
}

/** A key belongs to the first seat that names it, for ever: the contract takes it for no other, nor a second time. */
async function requireUnused(client: PublicClient, { policyBoard }: Deployment, signer: Address): Promise<void> {
  const board = { address: policyBoard, abi: policyBoardAbi } as const;
  const taken = await client.readContract({ ...board, functionName: "seatOfSigner", args: [signer] });
  if (taken === 0n) return;
  throw new RefusedStart(
    `key ${signer} is, or was, the key of seat ${taken - 1n}, and can never be named again: make a new one (assay operator keys new)`,
  );
}
