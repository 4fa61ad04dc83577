import type { GasChain } from "./GasChain.ts";
import { GasSystem } from "./GasSystem.ts";
import { addAdmitted, type Gas, seats } from "./gasScenario.ts";
import { entryOf, good } from "./results.ts";

const batchSizes = [1, 8, 32, 64] as const;
export const committees = [3n, 7n, 15n] as const;

/** Good results of admitted models, the whole committee signs, each batch in a round of its own: in total and a result. */
export async function measureBatches(chain: GasChain, committeeSize: bigint): Promise<Gas> {
  const system = await GasSystem.deploy(chain, seats, { committeeSize, quorum: committeeSize / 2n + 1n });
  const ids = await addAdmitted(system, 1n, Math.max(...batchSizes));
  const gas: Record<string, bigint> = {};
  for (const size of batchSizes) {
    const { gasUsed } = await system.postNext(ids.slice(0, size).map((id) => entryOf(id, good)));
    gas[`post${size}By${committeeSize}`] = gasUsed;
    gas[`post${size}By${committeeSize}PerResult`] = gasUsed / BigInt(size);
  }
  return gas;
}
