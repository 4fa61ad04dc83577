import type { Hex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import { messageDigest, messageSubject, type SigningDomain, type UnsignedMessage } from "../messages/messageDigest.ts";

/** The node was asked to sign what contradicts something it has signed before. It never does. */
export class ConflictingSignatureError extends Error {
  override name = "ConflictingSignatureError";
  readonly signed: Hex;
  readonly refused: Hex;

  constructor(message: UnsignedMessage, signed: Hex, refused: Hex) {
    super(
      `refused to sign a second ${message.kind} for round ${message.roundId}: ${signed} was signed before, ${refused} differs; ` +
        "the first one stands",
    );
    this.signed = signed;
    this.refused = refused;
  }
}

/** The node was asked to sign for a round whose history has been pruned. */
export class RoundBelowFloorError extends Error {
  override name = "RoundBelowFloorError";
  readonly roundId: bigint;
  readonly floor: bigint;

  constructor(roundId: bigint, floor: bigint) {
    super(`refused to sign for round ${roundId}: the signing history begins with round ${floor}`);
    this.roundId = roundId;
    this.floor = floor;
  }
}

const floorName = "signing history begins with round";

/**
 * Writes down that a message is about to be signed; must commit before the signature leaves the process.
 * Saying the same again is fine: signatures are deterministic.
 * @throws ConflictingSignatureError when another digest stands for the same domain, round, subject and kind; RoundBelowFloorError.
 */
export async function recordSigning(tx: Queryable, domain: SigningDomain, message: UnsignedMessage): Promise<void> {
  const floor = await signingFloor(tx);
  if (message.roundId < floor) throw new RoundBelowFloorError(message.roundId, floor);
  const digest = messageDigest(domain, message);
  const key = [domainKey(domain), message.roundId.toString(), messageSubject(message), message.kind];
  await tx.query("insert into signatures values ($1, $2, $3, $4, $5) on conflict do nothing", [...key, digest]);
  const found = await tx.query<{ digest: Hex }>(
    "select digest from signatures where domain = $1 and round_id = $2 and subject = $3 and kind = $4",
    key,
  );
  const signed = found.rows[0]?.digest;
  if (signed !== digest) throw new ConflictingSignatureError(message, signed ?? "0x", digest);
}

/**
 * Drops the history before `roundId` and refuses those rounds from now on, so that a short history never allows what a long one
 * would have refused.
 */
export async function raiseSigningFloor(tx: Queryable, roundId: bigint): Promise<void> {
  if (roundId <= (await signingFloor(tx))) return;
  await tx.query("insert into settings values ($1, $2) on conflict (name) do update set value = excluded.value", [
    floorName,
    roundId.toString(),
  ]);
  await tx.query("delete from signatures where round_id < $1", [roundId.toString()]);
}

async function signingFloor(tx: Queryable): Promise<bigint> {
  const found = await tx.query<{ value: string }>("select value from settings where name = $1", [floorName]);
  return BigInt(found.rows[0]?.value ?? 0);
}

const domainKey = ({ chainId, assay }: SigningDomain): string => `${chainId}:${assay}`;
