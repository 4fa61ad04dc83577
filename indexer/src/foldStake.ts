import type { Context } from "ponder:registry";
import { model, stake } from "ponder:schema";
import { type StakeWords, stakeFromWords, stakeToWords } from "../../domain/stake.ts";

/** The words of a stake that an event carries: Delegated leaves the third as it was, and only those of freezes carry the fourth. */
type CarriedWords = Pick<StakeWords, "bondWord" | "poolWord"> & Partial<Pick<StakeWords, "lossWord" | "lossInEpoch">>;

/** Writes the stake that an event carries, and that the model's admission may have changed. */
export async function foldStake(
  context: Context,
  modelId: bigint,
  { bondWord, poolWord, lossWord, lossInEpoch }: CarriedWords,
  changedAt: bigint,
): Promise<void> {
  const chainId = context.chain.id;
  await context.db.update(stake, { chainId, modelId }).set((row) =>
    stakeFromWords({
      bondWord,
      poolWord,
      lossWord: lossWord ?? stakeToWords(row).lossWord,
      lossInEpoch: lossInEpoch ?? row.lossInEpoch,
    }),
  );
  await context.db.update(model, { chainId, id: modelId }).set({ changedAt });
}
