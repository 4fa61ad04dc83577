import { and, eq, isNotNull, isNull, or } from "ponder";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import { type ListFilter, only } from "./lists.ts";
import { type PageArguments, type SQL, tablePage } from "./pages.ts";

/** Disputes about failing results, newest first. */
export function listDisputes({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { dispute } = tables;
  const where = and(
    eq(dispute.chainId, deployment.chainId),
    only(filter.modelId, (id) => eq(dispute.modelId, id)),
    only(filter.versionId, (id) => eq(dispute.versionId, id)),
    only(filter.open, (open) => (open ? isNull(dispute.executedAt) : isNotNull(dispute.executedAt))),
  );
  return tablePage<typeof dispute.$inferSelect>(args, {
    keys: [{ column: dispute.id, kind: "number", of: (row) => row.id }],
    descending: true,
    rows: db.select().from(dispute),
    where,
    totalCount: () => db.$count(dispute, where),
  });
}

/** Waits for an answer, or had one or none. */
function isUnanswered(open: boolean): SQL | undefined {
  const { answeredAt, upheldAt } = tables.challenge;
  return open ? and(isNull(answeredAt), isNull(upheldAt)) : or(isNotNull(answeredAt), isNotNull(upheldAt));
}

/** Challenges for evidence; those that must be answered last come first. */
export function listChallenges({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { challenge } = tables;
  const where = and(
    eq(challenge.chainId, deployment.chainId),
    only(filter.seatId, (id) => eq(challenge.seatId, id)),
    only(filter.open, isUnanswered),
  );
  return tablePage<typeof challenge.$inferSelect>(args, {
    keys: [
      { column: challenge.answerBy, kind: "number", of: (row) => row.answerBy },
      { column: challenge.reportDigest, kind: "hex", of: (row) => row.reportDigest },
      { column: challenge.leafIndex, kind: "number", of: (row) => row.leafIndex },
      { column: challenge.recordIndex, kind: "number", of: (row) => row.recordIndex },
    ],
    descending: true,
    rows: db.select().from(challenge),
    where,
    totalCount: () => db.$count(challenge, where),
  });
}

/** What evaluators lost parts of their bonds for, newest first. */
export function listSlashes({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { slash } = tables;
  const where = and(
    eq(slash.chainId, deployment.chainId),
    only(filter.seatId, (id) => eq(slash.seatId, id)),
  );
  return tablePage<typeof slash.$inferSelect>(args, {
    keys: [
      { column: slash.blockNumber, kind: "number", of: (row) => row.blockNumber },
      { column: slash.logIndex, kind: "number", of: (row) => BigInt(row.logIndex) },
    ],
    descending: true,
    rows: db.select().from(slash),
    where,
    totalCount: () => db.$count(slash, where),
  });
}
