import type { Address, Hex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import { type Message, parseMessage } from "../messages/message.ts";

/** Two signed statements of one evaluator about one version and round, of which one at most can be honest. */
export interface Contradiction {
  readonly roundId: bigint;
  readonly versionId: Hex;
  readonly evaluator: Address;
  readonly seatId: bigint;
  /** Two commitments, two reports, or a commitment and another report. */
  readonly first: Message;
  readonly second: Message;
}

interface Row {
  round_id: string;
  subject: Hex;
  evaluator: Address;
  seat_id: string;
  first: string;
  second: string;
}

/** Looked at in one go; the rest when these are settled. */
const atOnce = 64;

/** What was proven already needs no second proof: one a seat, version and round. */
const unproven = `not exists (select 1 from slashes s where s.seat_id = k.seat_id and s.round_id = c.round_id
  and s.version_id = c.subject and s.fault = 'equivocation')`;

/**
 * Contradictions that are not proven on chain yet, oldest first.
 * @param rounds Sessions beyond them are disputes', which the inspector does not judge; commitments and reports are compared from `from` on.
 */
export async function readContradictions(
  tx: Queryable,
  rounds: { readonly from: bigint; readonly to: bigint },
): Promise<Contradiction[]> {
  const twice = await tx.query<Row>(
    `select c.round_id::text as round_id, c.subject, c.evaluator, k.seat_id, c.first, c.second
     from equivocations c join seat_keys k on k.signer = c.evaluator
     where c.round_id <= $1 and c.kind in ('commitment', 'report') and ${unproven}
     order by c.round_id, c.subject, c.evaluator limit ${atOnce}`,
    [rounds.to.toString()],
  );
  const broken = await tx.query<Row>(
    `select c.round_id::text as round_id, c.subject, c.evaluator, k.seat_id, c.body as first, r.body as second
     from peer_messages c join peer_messages r using (round_id, subject, evaluator) join seat_keys k on k.signer = c.evaluator
     where c.round_id between $1 and $2 and c.kind = 'commitment' and r.kind = 'report'
       and c.body::json->>'reportDigest' <> r.digest and ${unproven}
     order by c.round_id, c.subject, c.evaluator limit ${atOnce}`,
    [rounds.from.toString(), rounds.to.toString()],
  );
  return [...twice.rows, ...broken.rows].map((row) => ({
    roundId: BigInt(row.round_id),
    versionId: row.subject,
    evaluator: row.evaluator,
    seatId: BigInt(row.seat_id),
    first: parseMessage(row.first),
    second: parseMessage(row.second),
  }));
}

/** Forgets what can no longer be proven. */
export async function forgetContradictions(tx: Queryable, roundId: bigint): Promise<void> {
  await tx.query("delete from equivocations where round_id < $1", [roundId.toString()]);
}
