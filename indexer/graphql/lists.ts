import { and, eq, gt, isNotNull, isNull, or } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "../queries/QueryContext.ts";
import { type PageArguments, type SQL, tablePage } from "./pages.ts";

/** Which rows of a list; a field left out does not restrict it. */
export interface ListFilter {
  modelId?: bigint | null | undefined;
  versionId?: Hex | null | undefined;
  roundId?: bigint | null | undefined;
  account?: Hex | null | undefined;
  seatId?: number | null | undefined;
  /** Of freezes, disputes, challenges: still open, or over. */
  open?: boolean | null | undefined;
}

/** The condition that a column has a value; none when there is no value to ask for. */
export function only<Value>(
  value: Value | null | undefined,
  condition: (value: Value) => SQL | undefined,
): SQL | undefined {
  return value === null || value === undefined ? undefined : condition(value);
}

/** Versions of a model, newest first. */
export function listVersions({ db, deployment }: QueryContext, args: PageArguments, modelId: bigint) {
  const { version } = tables;
  const where = and(eq(version.chainId, deployment.chainId), eq(version.modelId, modelId));
  return tablePage<typeof version.$inferSelect>(args, {
    keys: [{ column: version.number, kind: "number", of: (row) => BigInt(row.number) }],
    descending: true,
    rows: db.select().from(version),
    where,
    totalCount: () => db.$count(version, where),
  });
}

/** Versions that say they were made from a version, in the order of their ids. */
export function listDerived({ db, deployment }: QueryContext, args: PageArguments, parentId: Hex) {
  const { version } = tables;
  const where = and(eq(version.chainId, deployment.chainId), eq(version.parentId, parentId));
  return tablePage<typeof version.$inferSelect>(args, {
    keys: [{ column: version.id, kind: "hex", of: (row) => row.id }],
    rows: db.select().from(version),
    where,
    totalCount: () => db.$count(version, where),
  });
}

/** Results, newest first. */
export function listResults({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { result } = tables;
  const where = and(
    eq(result.chainId, deployment.chainId),
    only(filter.modelId, (id) => eq(result.modelId, id)),
    only(filter.versionId, (id) => eq(result.versionId, id)),
    only(filter.roundId, (id) => eq(result.roundId, id)),
  );
  return tablePage<typeof result.$inferSelect>(args, {
    keys: [
      { column: result.blockNumber, kind: "number", of: (row) => row.blockNumber },
      { column: result.logIndex, kind: "number", of: (row) => BigInt(row.logIndex) },
    ],
    descending: true,
    rows: db.select().from(result),
    where,
    totalCount: () => db.$count(result, where),
  });
}

/** Every memory word of a version, newest first. */
export function listMemoryRecords({ db, deployment }: QueryContext, args: PageArguments, versionId: Hex) {
  const { memoryHistory } = tables;
  const where = and(eq(memoryHistory.chainId, deployment.chainId), eq(memoryHistory.versionId, versionId));
  return tablePage<typeof memoryHistory.$inferSelect>(args, {
    keys: [
      { column: memoryHistory.blockNumber, kind: "number", of: (row) => row.blockNumber },
      { column: memoryHistory.logIndex, kind: "number", of: (row) => BigInt(row.logIndex) },
    ],
    descending: true,
    rows: db.select().from(memoryHistory),
    where,
    totalCount: () => db.$count(memoryHistory, where),
  });
}

/** Something is left in it. */
function isHeld(): SQL | undefined {
  const { shares, unbondingShares } = tables.position;
  return or(gt(shares, 0n), gt(unbondingShares, 0n));
}

/** Positions of an account or in a model; who has left is in none. */
export function listPositions({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { position } = tables;
  const where = and(
    eq(position.chainId, deployment.chainId),
    isHeld(),
    only(filter.account, (account) => eq(position.account, account)),
    only(filter.modelId, (id) => eq(position.modelId, id)),
  );
  return tablePage<typeof position.$inferSelect>(args, {
    keys: [
      { column: position.modelId, kind: "number", of: (row) => row.modelId },
      { column: position.account, kind: "hex", of: (row) => row.account },
    ],
    rows: db.select().from(position),
    where,
    totalCount: () => db.$count(position, where),
  });
}

/** Neither released nor restored, or one of the two. */
function isUnresolved(open: boolean): SQL | undefined {
  const { releasedAt, restoredAt } = tables.freeze;
  return open ? and(isNull(releasedAt), isNull(restoredAt)) : or(isNotNull(releasedAt), isNotNull(restoredAt));
}

/** Freezes, those of the newest round first. */
export function listFreezes({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { freeze } = tables;
  const where = and(
    eq(freeze.chainId, deployment.chainId),
    only(filter.modelId, (id) => eq(freeze.modelId, id)),
    only(filter.open, isUnresolved),
  );
  return tablePage<typeof freeze.$inferSelect>(args, {
    keys: [
      { column: freeze.roundId, kind: "number", of: (row) => row.roundId },
      { column: freeze.versionId, kind: "hex", of: (row) => row.versionId },
    ],
    descending: true,
    rows: db.select().from(freeze),
    where,
    totalCount: () => db.$count(freeze, where),
  });
}

/** What happened, newest first. */
export function listActivity({ db, deployment }: QueryContext, args: PageArguments, filter: ListFilter) {
  const { activity } = tables;
  const where = and(
    eq(activity.chainId, deployment.chainId),
    only(filter.modelId, (id) => eq(activity.modelId, id)),
    only(filter.seatId, (id) => eq(activity.seatId, id)),
    only(filter.account, (account) => or(eq(activity.account, account), eq(activity.counterparty, account))),
  );
  return tablePage<typeof activity.$inferSelect>(args, {
    keys: [
      { column: activity.blockNumber, kind: "number", of: (row) => row.blockNumber },
      { column: activity.logIndex, kind: "number", of: (row) => BigInt(row.logIndex) },
    ],
    descending: true,
    rows: db.select().from(activity),
    where,
    totalCount: () => db.$count(activity, where),
  });
}
