import { lexicographicSortSchema, printSchema } from "graphql";
import { builder } from "./builder.ts";
// Each adds its types and fields to the builder.
import "./account.ts";
import "./activity.ts";
import "./admittedQuery.ts";
import "./board.ts";
import "./dispute.ts";
import "./evaluator.ts";
import "./explainQuery.ts";
import "./freeze.ts";
import "./inspection.ts";
import "./meta.ts";
import "./model.ts";
import "./modelQueries.ts";
import "./policy.ts";
import "./position.ts";
import "./result.ts";
import "./round.ts";
import "./treasury.ts";
import "./version.ts";

export const schema = builder.toSchema();

/** The schema as text; committed as `indexer/schema.graphql`. */
export function printSdl(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
