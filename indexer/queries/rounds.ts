import { and, eq } from "ponder";
import type { Hex } from "viem";
import { seatsOf, shardOf } from "../../domain/committee.ts";
import { saturatingSub } from "../../domain/integers.ts";
import * as tables from "../ponder.schema.ts";
import { oncePerQuery } from "./memo.ts";
import { findPolicy } from "./policies.ts";
import type { QueryContext } from "./QueryContext.ts";
import { type Member, membersOf } from "./seats.ts";

export type RoundRow = typeof tables.round.$inferSelect;

/** A round by its number; undefined if it was not opened. */
export const findRound = oncePerQuery(
  async ({ db, deployment }: QueryContext, id: bigint): Promise<RoundRow | undefined> => {
    const { round } = tables;
    const [row] = await db
      .select()
      .from(round)
      .where(and(eq(round.chainId, deployment.chainId), eq(round.id, id)));
    return row;
  },
);

/** Whoever signed a batch of a round. */
export interface Participant {
  /** Its bit in the round's `participated`: what `AssayVault.claimFee` takes. */
  place: number;
  member: Member;
  /** Whether its fee was claimed. */
  paid: boolean;
}

/** Whoever signed a batch of a round, in the order of their places (see `placesOf` in `domain/committee.ts`). */
export async function participantsOf(round: RoundRow, context: QueryContext): Promise<Participant[]> {
  const size = Number((await findPolicy(context, round.policyId))?.committeeSize ?? 1n);
  const committees = await Promise.all(
    (round.committees ?? []).map((committee) => membersOf(context, round.seatsPointer, committee)),
  );
  return seatsOf(round.everParticipated).flatMap((place) => {
    const member = committees[Math.floor(place / size)]?.[place % size];
    const paid = ((round.participated >> BigInt(place)) & 1n) === 0n;
    return member ? [{ place, member, paid }] : [];
  });
}

/** Active bonds of the committee of a round's shard, added up; today's, whether its members signed or not. */
const committeeBonds = oncePerQuery(async (context: QueryContext, key: `${bigint}:${bigint}`): Promise<bigint> => {
  const [roundId = 0n, shard = 0n] = key.split(":").map(BigInt);
  const round = await findRound(context, roundId);
  const members = round ? await membersOf(context, round.seatsPointer, round.committees?.[Number(shard)] ?? 0n) : [];
  return members.reduce((sum, { evaluator }) => sum + saturatingSub(evaluator.assets, evaluator.unbonding), 0n);
});

/** Active bonds of the committee that measured a version in a round; 0 if the round was not drawn. */
export async function bondsBehind(context: QueryContext, versionId: Hex, roundId: bigint): Promise<bigint> {
  const round = await findRound(context, roundId);
  if (!round?.seed) return 0n;
  const shard = shardOf(versionId, round.seed, BigInt(round.committees?.length ?? 1));
  return committeeBonds(context, `${roundId}:${shard}`);
}
