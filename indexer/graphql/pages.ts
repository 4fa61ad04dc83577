import { type ResolveCursorConnectionArgs, resolveCursorConnection } from "@pothos/plugin-relay";
import { type AnyPgColumn, and, asc, desc, sql } from "ponder";
import { computedListCost, defaultPageSize, maxPageSize } from "./bounds.ts";
import { decodeCursor, encodeCursor, type KeyKind, type KeyPart } from "./cursor.ts";
import { QueryError } from "./errors.ts";

/** A piece of SQL with its parameters. */
export type SQL = ReturnType<typeof sql>;

/** Relay's arguments of a connection. */
export interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  after?: string | null | undefined;
  before?: string | null | undefined;
}

function checkedSize(name: "first" | "last", size: number | null | undefined): void {
  if (size === null || size === undefined || (size >= 1 && size <= maxPageSize)) return;
  throw new QueryError("BAD_PAGE_SIZE", `${name}: ${size} is not a page size: ask for 1 to ${maxPageSize} items`);
}

function pageOptions<Row>(args: PageArguments, keys: readonly Key<Row>[]) {
  checkedSize("first", args.first);
  checkedSize("last", args.last);
  const toCursor = (row: Row) => encodeCursor(keys.map(({ of }) => of(row)));
  return { args, defaultSize: defaultPageSize, maxSize: maxPageSize, toCursor };
}

const pageFactor = ({ first, last }: PageArguments) => Math.max(1, first ?? last ?? defaultPageSize);

/** A list without items has no cursor; Pothos says an empty one, which nobody can go on from. */
function ends<Info extends { startCursor?: string | null | undefined; endCursor?: string | null | undefined }>(
  info: Info,
) {
  return { ...info, startCursor: info.startCursor || null, endCursor: info.endCursor || null };
}

/** A query's cost of a page: its size is the factor of everything below it. */
export function pageCost(args: PageArguments): { field: number; multiplier: number } {
  return { field: 1, multiplier: pageFactor(args) };
}

/** Cost of a page of a list whose every item is computed first. */
export function computedPageCost(args: PageArguments): { field: number; multiplier: number } {
  return { field: computedListCost, multiplier: pageFactor(args) };
}

/** One part of the key that orders a list; the parts together are unique. */
export interface Key<Row> {
  kind: KeyKind;
  of: (row: Row) => KeyPart;
}

/** A key that is a column of the table. */
export interface KeyColumn<Row> extends Key<Row> {
  column: AnyPgColumn;
}

/** A query of all rows of a table, still without conditions. */
interface AllRows<Row> {
  where(condition: SQL | undefined): { orderBy(...by: SQL[]): { limit(count: number): PromiseLike<Row[]> } };
}

interface TablePage<Row> {
  keys: readonly KeyColumn<Row>[];
  /** Order of all key columns. */
  descending?: boolean;
  rows: AllRows<Row>;
  /** Which of them. */
  where: SQL | undefined;
  totalCount: () => Promise<number>;
}

const kindsOf = <Row>(keys: readonly Key<Row>[]) => keys.map(({ kind }) => kind);

/** `(a, b) > (x, y)` on the key's columns: the place of a cursor in a table, found by the index. */
function beyond<Row>(keys: readonly KeyColumn<Row>[], cursor: string, greater: boolean): SQL {
  const parts = decodeCursor(cursor, kindsOf(keys));
  const columns = sql.join(
    keys.map(({ column }) => sql`${column}`),
    sql`, `,
  );
  const values = sql.join(
    keys.map(({ column }, i) => sql`${sql.param(parts[i], column)}`),
    sql`, `,
  );
  return greater ? sql`(${columns}) > (${values})` : sql`(${columns}) < (${values})`;
}

/** A page of a table in the order of its key: cost does not grow with the place in the list. */
export async function tablePage<Row>(args: PageArguments, page: TablePage<Row>) {
  const { keys, descending = false, rows, where } = page;
  const connection = await resolveCursorConnection(
    pageOptions(args, keys),
    async ({ before, after, limit, inverted }: ResolveCursorConnectionArgs) => {
      const afterCursor = after === undefined ? undefined : beyond(keys, after, !descending);
      const beforeCursor = before === undefined ? undefined : beyond(keys, before, descending);
      const order = descending === inverted ? asc : desc;
      const orderBy = keys.map(({ column }) => order(column));
      return rows
        .where(and(where, afterCursor, beforeCursor))
        .orderBy(...orderBy)
        .limit(limit);
    },
  );
  return { ...connection, pageInfo: ends(connection.pageInfo), totalCount: page.totalCount };
}

interface ListPage<Row> {
  keys: readonly Key<Row>[];
  /** Order of all keys. */
  descending?: boolean;
}

function compareKeys(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other !== undefined && part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

/** A page of a computed list. A cursor is the key, not the place: what moves between two pages does not shift the others. */
export async function listPage<Row>(args: PageArguments, items: readonly Row[], page: ListPage<Row>) {
  const { keys, descending = false } = page;
  const keyOf = (row: Row) => keys.map(({ of }) => of(row));
  const sign = descending ? -1 : 1;
  const compare = (a: readonly KeyPart[], b: readonly KeyPart[]) => sign * compareKeys(a, b);
  const sorted = items.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => compare(a.key, b.key));
  const connection = await resolveCursorConnection(
    pageOptions(args, keys),
    async ({ before, after, limit, inverted }: ResolveCursorConnectionArgs) => {
      const from = after === undefined ? undefined : decodeCursor(after, kindsOf(keys));
      const to = before === undefined ? undefined : decodeCursor(before, kindsOf(keys));
      const inside = sorted.filter(({ key }) => (!from || compare(key, from) > 0) && (!to || compare(key, to) < 0));
      return (inverted ? inside.reverse() : inside).slice(0, limit).map(({ row }) => row);
    },
  );
  return { ...connection, pageInfo: ends(connection.pageInfo), totalCount: async () => items.length };
}
