import { type Family, families, perFamily } from "../../domain/families.ts";
import { edgeStrata } from "./edgeSchema.ts";
import type { Profile, Suite } from "./suite.ts";

const fullShareBps = 10_000n;

/**
 * What a policy's `sharesBps` must say for this suite and profile: the share of the items that belongs to each family, floored, so that
 * no family is credited with more evidence than it has; every item counts for T.
 */
export function sharesOf({ profiles, carryOver }: Pick<Suite, "profiles" | "carryOver">, profile: Profile) {
  const counts = profiles[profile];
  const strata = edgeStrata.length - (counts.edgeNearLimit ? 0 : 1);
  const items: Record<Exclude<Family, "T">, number> = {
    R: counts.repeat,
    J: counts.format,
    C: counts.carryOverPerDepth * carryOver.maxDepth,
    P: counts.perturbation,
    E: counts.edgePerStratum * strata,
    L: counts.load,
  };
  const total = BigInt(Object.values(items).reduce((sum, count) => sum + count, 0));
  return perFamily((index) => {
    const family = families[index];
    return family === "T" ? fullShareBps : (BigInt(items[family]) * fullShareBps) / total;
  });
}
