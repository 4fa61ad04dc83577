import type { Context } from "ponder:registry";
import { treasury } from "ponder:schema";

type Treasury = Omit<typeof treasury.$inferSelect, "chainId">;

const empty: Treasury = {
  commonsFund: 0n,
  evaluationFund: 0n,
  depositsHeld: 0n,
  burnt: 0n,
  bucketLevel: 0n,
  bucketUpdatedAt: 0n,
};

/** Adds to funds of the vault, or takes from them (negative). */
export async function addToFunds(
  context: Context,
  added: Partial<Pick<Treasury, "commonsFund" | "evaluationFund" | "depositsHeld" | "burnt">>,
): Promise<void> {
  const { commonsFund = 0n, evaluationFund = 0n, depositsHeld = 0n, burnt = 0n } = added;
  const sum = (row: Treasury) => ({
    commonsFund: row.commonsFund + commonsFund,
    evaluationFund: row.evaluationFund + evaluationFund,
    depositsHeld: row.depositsHeld + depositsHeld,
    burnt: row.burnt + burnt,
  });
  const values = { chainId: context.chain.id, ...empty, ...sum(empty) };
  await context.db.insert(treasury).values(values).onConflictDoUpdate(sum);
}

/** Writes the bucket after a freeze. */
export async function fillBucket(context: Context, bucketLevel: bigint, bucketUpdatedAt: bigint): Promise<void> {
  const bucket = { bucketLevel, bucketUpdatedAt };
  const values = { chainId: context.chain.id, ...empty, ...bucket };
  await context.db.insert(treasury).values(values).onConflictDoUpdate(bucket);
}
