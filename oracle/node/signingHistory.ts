import type { Hex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import { ConflictingSignatureError, RoundBelowFloorError } from "../history/signingErrors.ts";
import type { MessageKind } from "../messages/message.ts";
import { messageDigest, messageSubject, type SigningDomain, type UnsignedMessage } from "../messages/messageDigest.ts";

const floorName = "signing history begins with round";

/** One row of the history: what may be signed once. */
interface Signing {
  readonly subject: Hex;
  readonly kind: MessageKind;
  readonly digest: Hex;
}

/** A commitment binds the report, too: another one would be a broken commitment. */
function signingsOf(domain: SigningDomain, message: UnsignedMessage): Signing[] {
  const own = { subject: messageSubject(message), kind: message.kind, digest: messageDigest(domain, message) };
  return message.kind === "commitment" ? [own, { ...own, kind: "report", digest: message.reportDigest }] : [own];
}

/**
 * Writes down that a message is about to be signed; must commit before the signature leaves the process.
 * Saying the same again is fine.
 * @throws ConflictingSignatureError when another digest stands for the same domain, round, subject and kind; RoundBelowFloorError.
 */
export async function recordSigning(tx: Queryable, domain: SigningDomain, message: UnsignedMessage): Promise<void> {
  const { roundId } = message;
  const floor = await heldFloor(tx);
  if (roundId < floor) throw new RoundBelowFloorError(roundId, floor);
  for (const { subject, kind, digest } of signingsOf(domain, message)) {
    const key = [domainKey(domain), roundId.toString(), subject, kind];
    await tx.query("insert into signatures values ($1, $2, $3, $4, $5) on conflict do nothing", [...key, digest]);
    const found = await tx.query<{ digest: Hex }>(
      "select digest from signatures where domain = $1 and round_id = $2 and subject = $3 and kind = $4",
      key,
    );
    const signed = found.rows[0]?.digest;
    if (signed !== digest) throw new ConflictingSignatureError({ kind, roundId }, signed ?? "0x", digest);
  }
}

/** Subjects for which something stands in the history of a round, by kind: nothing else is ever signed for them. */
export async function recordedSubjects(
  database: Queryable,
  domain: SigningDomain,
  roundId: bigint,
): Promise<ReadonlySet<Hex>> {
  const found = await database.query<{ subject: Hex }>(
    "select distinct subject from signatures where domain = $1 and round_id = $2",
    [domainKey(domain), roundId.toString()],
  );
  return new Set(found.rows.map(({ subject }) => subject));
}

/**
 * Drops the history before `roundId` and refuses those rounds from now on, so that a short history never allows what a long one
 * would have refused.
 */
export async function raiseSigningFloor(tx: Queryable, roundId: bigint): Promise<void> {
  const raised = await tx.query(
    `insert into settings values ($1, $2)
     on conflict (name) do update set value = excluded.value where settings.value::bigint < excluded.value::bigint
     returning name`,
    [floorName, roundId.toString()],
  );
  if (raised.rows.length > 0) await tx.query("delete from signatures where round_id < $1", [roundId.toString()]);
}

/** The floor, held until the transaction ends: it does not rise between the look and the signature's row. */
async function heldFloor(tx: Queryable): Promise<bigint> {
  await tx.query("insert into settings values ($1, '0') on conflict do nothing", [floorName]);
  const found = await tx.query<{ value: string }>("select value from settings where name = $1 for share", [floorName]);
  return BigInt(found.rows[0]?.value ?? 0);
}

export async function signingFloor(tx: Queryable): Promise<bigint> {
  const found = await tx.query<{ value: string }>("select value from settings where name = $1", [floorName]);
  return BigInt(found.rows[0]?.value ?? 0);
}

export const domainKey = ({ chainId, assay }: SigningDomain): string => `${chainId}:${assay}`;
