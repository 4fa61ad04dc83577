import type { World } from "./World.ts";

/** What the contracts hold of a round that GraphQL tells under the same names. */
export async function storedRound({ record }: Pick<World["stage"], "record">, number: bigint) {
  const stored = await record.read.round([number]);
  const told = {
    policyId: BigInt(stored.policyId),
    openedAt: stored.openedAt,
    entropyBlock: stored.entropyBlock,
    lotterySlots: stored.lotterySlots,
    modelCount: BigInt(stored.modelCount),
  };
  return { stored, told };
}
