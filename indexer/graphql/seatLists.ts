import { and, eq } from "ponder";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import type { EvaluatorRow } from "../queries/seats.ts";
import { type ListFilter, only } from "./lists.ts";
import { type PageArguments, tablePage } from "./pages.ts";

/** Seats in the order of their ids; of an account: those it owns. */
export function listEvaluators({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { evaluator } = tables;
  const where = and(
    eq(evaluator.chainId, deployment.chainId),
    only(filter.account, (account) => eq(evaluator.owner, account)),
  );
  return tablePage<EvaluatorRow>(args, {
    keys: [{ column: evaluator.seatId, kind: "number", of: (row) => BigInt(row.seatId) }],
    rows: db.select().from(evaluator),
    where,
    totalCount: () => db.$count(evaluator, where),
  });
}

/** Fees paid to evaluators, those of the newest round first; of an account: those it received. */
export function listFeeClaims({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { feeClaim } = tables;
  const where = and(
    eq(feeClaim.chainId, deployment.chainId),
    only(filter.seatId, (id) => eq(feeClaim.seatId, id)),
    only(filter.account, (account) => eq(feeClaim.receiver, account)),
  );
  return tablePage<typeof feeClaim.$inferSelect>(args, {
    keys: [
      { column: feeClaim.roundId, kind: "number", of: (row) => row.roundId },
      { column: feeClaim.seatId, kind: "number", of: (row) => BigInt(row.seatId) },
    ],
    descending: true,
    rows: db.select().from(feeClaim),
    where,
    totalCount: () => db.$count(feeClaim, where),
  });
}
