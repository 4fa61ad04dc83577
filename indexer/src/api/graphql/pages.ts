import { type ResolveCursorConnectionArgs, resolveCursorConnection } from "@pothos/plugin-relay";
import { type AnyPgColumn, asc, desc, sql } from "ponder";
import { defaultPageSize, maxPageSize } from "./bounds.ts";
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

function pageOptions<Row>(args: PageArguments, keyOf: (row: Row) => readonly KeyPart[]) {
  checkedSize("first", args.first);
  checkedSize("last", args.last);
  const toCursor = (row: Row) => encodeCursor(keyOf(row));
  return { args, defaultSize: defaultPageSize, maxSize: maxPageSize, toCursor };
}

/** A query's cost of a page: its size is the factor of everything below it. */
export function pageCost(args: PageArguments): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.max(1, args.first ?? args.last ?? defaultPageSize) };
}

/** One column of the key that orders a table; the columns together must be unique. */
export interface KeyColumn {
  column: AnyPgColumn;
  kind: KeyKind;
}

interface TablePage<Row> {
  keys: readonly KeyColumn[];
  /** Order of all key columns. */
  descending?: boolean;
  keyOf: (row: Row) => readonly KeyPart[];
  rows: (where: SQL | undefined, orderBy: SQL[], limit: number) => Promise<Row[]>;
  totalCount: () => Promise<number>;
}

/** `(a, b) > (x, y)` on the key's columns: the place of a cursor in a table, found by the index. */
function beyond(keys: readonly KeyColumn[], cursor: string, greater: boolean): SQL {
  const parts = decodeCursor(
    cursor,
    keys.map(({ kind }) => kind),
  );
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

function both(a: SQL | undefined, b: SQL | undefined): SQL | undefined {
  return a && b ? sql`${a} and ${b}` : (a ?? b);
}

/** A page of a table in the order of its key: cost does not grow with the place in the list. */
export async function tablePage<Row>(args: PageArguments, page: TablePage<Row>) {
  const { keys, descending = false, rows } = page;
  const connection = await resolveCursorConnection(
    pageOptions(args, page.keyOf),
    ({ before, after, limit, inverted }: ResolveCursorConnectionArgs) => {
      const afterCursor = after === undefined ? undefined : beyond(keys, after, !descending);
      const beforeCursor = before === undefined ? undefined : beyond(keys, before, descending);
      const order = descending === inverted ? asc : desc;
      return rows(
        both(afterCursor, beforeCursor),
        keys.map(({ column }) => order(column)),
        limit,
      );
    },
  );
  return { ...connection, totalCount: page.totalCount };
}

interface ListPage<Row> {
  kinds: readonly KeyKind[];
  keyOf: (row: Row) => readonly KeyPart[];
  /** Negative when the first key stands before the second in the list. */
  compare: (a: readonly KeyPart[], b: readonly KeyPart[]) => number;
}

/** A page of a computed list. A cursor is the key, not the place: items that move between two pages are not mixed up. */
export async function listPage<Row>(args: PageArguments, items: readonly Row[], page: ListPage<Row>) {
  const { kinds, keyOf, compare } = page;
  const sorted = [...items].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const connection = await resolveCursorConnection(
    pageOptions(args, keyOf),
    async ({ before, after, limit, inverted }: ResolveCursorConnectionArgs) => {
      const from = after === undefined ? undefined : decodeCursor(after, kinds);
      const to = before === undefined ? undefined : decodeCursor(before, kinds);
      const inside = sorted.filter(
        (row) => (!from || compare(keyOf(row), from) > 0) && (!to || compare(keyOf(row), to) < 0),
      );
      return (inverted ? inside.reverse() : inside).slice(0, limit);
    },
  );
  return { ...connection, totalCount: async () => items.length };
}
