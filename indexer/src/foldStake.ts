import type { Context, Event } from "ponder:registry";
import { bond, model } from "ponder:schema";
import { stakeFromDecoded } from "../../domain/stake.ts";

type StakeAfter = Event<"Assay:Bonded">["args"]["stakeAfter"];

/** Writes the full stake that an event carries, and that the model's admission may have changed. */
export async function foldStake(
  context: Context,
  modelId: bigint,
  stakeAfter: StakeAfter,
  changedAt: bigint,
): Promise<void> {
  const chainId = context.chain.id;
  await context.db.update(bond, { chainId, modelId }).set(stakeFromDecoded(stakeAfter));
  await context.db.update(model, { chainId, id: modelId }).set({ changedAt });
}
