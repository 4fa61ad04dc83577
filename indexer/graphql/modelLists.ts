import { and, eq, gt, inArray } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import { type ModelRow, selectModels } from "../queries/modelRows.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import { type PageArguments, tablePage } from "./pages.ts";

/** Models of an owner in the order of their ids; with `bonded` only those that have a bond. */
export function listOwnedModels(
  context: QueryContext,
  args: PageArguments,
  { owner, bonded }: { owner: Hex; bonded: boolean },
) {
  const { db, deployment } = context;
  const { model, stake } = tables;
  const withBond = db
    .select({ id: stake.modelId })
    .from(stake)
    .where(and(eq(stake.chainId, deployment.chainId), gt(stake.bond, 0n)));
  const isOwned = and(eq(model.chainId, deployment.chainId), eq(model.owner, owner));
  const where = bonded ? and(isOwned, inArray(model.id, withBond)) : isOwned;
  return tablePage<ModelRow>(args, {
    keys: [{ column: model.id, kind: "number", of: (row) => row.model.id }],
    rows: selectModels(context),
    where,
    totalCount: () => db.$count(model, where),
  });
}
