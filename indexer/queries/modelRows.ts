import { and, eq, inArray } from "ponder";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "./QueryContext.ts";

/** A model with its stake and its current version: what its admission is computed from. */
export interface ModelRow {
  model: typeof tables.model.$inferSelect;
  stake: typeof tables.stake.$inferSelect;
  /** Null only between the mint and the first version, which no block ends in. */
  version: typeof tables.version.$inferSelect | null;
}

/** A query of all models with stake and current version. */
export function selectModels({ db, deployment }: QueryContext) {
  const { model, stake, version } = tables;
  const isOfChain = eq(model.chainId, deployment.chainId);
  return db
    .select({ model, stake, version })
    .from(model)
    .innerJoin(stake, and(isOfChain, eq(stake.chainId, model.chainId), eq(stake.modelId, model.id)))
    .leftJoin(version, and(eq(version.chainId, model.chainId), eq(version.id, model.currentVersionId)));
}

/** The models of these ids, in their order; undefined where there is none. */
export async function loadModels(ids: readonly bigint[], context: QueryContext): Promise<(ModelRow | undefined)[]> {
  const rows = await selectModels(context)
    .where(inArray(tables.model.id, [...ids]))
    .limit(ids.length);
  const byId = new Map(rows.map((row) => [row.model.id, row]));
  return ids.map((id) => byId.get(id));
}
