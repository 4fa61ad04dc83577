import { maxComputedModels } from "../graphql/bounds.ts";
import { QueryError } from "../graphql/errors.ts";
import type { SQL } from "../graphql/pages.ts";
import { type AdmissionWish, admissionOfModel, type ModelAdmission } from "./modelAdmission.ts";
import { selectModels } from "./modelRows.ts";
import type { QueryContext } from "./QueryContext.ts";

/**
 * The admissions of all models that a condition selects, computed in one pass: what sorting by weight and filtering by state
 * need, since neither is stored. Bounded by `maxComputedModels`.
 * @throws QueryError TOO_MANY_MODELS
 */
export async function allAdmissions(
  context: QueryContext,
  where: SQL | undefined,
  wish: AdmissionWish = {},
): Promise<ModelAdmission[]> {
  const rows = await selectModels(context)
    .where(where)
    .limit(maxComputedModels + 1);
  if (rows.length > maxComputedModels) {
    throw new QueryError(
      "TOO_MANY_MODELS",
      `State and weight are computed when read, over at most ${maxComputedModels} models: narrow \`where\` by owner, lane or ids`,
    );
  }
  return Promise.all(rows.map((row) => admissionOfModel(row, context, wish)));
}
