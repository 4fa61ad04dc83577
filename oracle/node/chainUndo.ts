import type { Queryable } from "../database/openDatabase.ts";

/**
 * While the setting `assay.block` names a block, every change of a row of the tables given is noted beside it, so that it can be taken
 * back when the block turns out not to be on the chain any more. Each of them has a primary key.
 */
export const chainUndoSchema = (tables: readonly string[]): string => `
  create table if not exists chain_blocks (number bigint primary key, hash text not null);
  create table if not exists chain_undo (
    number bigserial primary key,
    block_number bigint not null,
    name text not null,
    before jsonb,
    after jsonb
  );
  create index if not exists chain_undo_by_block on chain_undo (block_number);

  create or replace function note_chain_undo() returns trigger language plpgsql as $$
  begin
    if coalesce(current_setting('assay.block', true), '') <> '' then
      insert into chain_undo (block_number, name, before, after) values (
        current_setting('assay.block')::bigint,
        tg_table_name,
        case when tg_op <> 'INSERT' then to_jsonb(old) end,
        case when tg_op <> 'DELETE' then to_jsonb(new) end
      );
    end if;
    return null;
  end $$;
  ${tables
    .map(
      (table) =>
        `create or replace trigger note_chain_undo after insert or update or delete on ${table} for each row execute function note_chain_undo();`,
    )
    .join("\n")}
`;

/** A block up to which events have been folded. */
export interface Checkpoint {
  readonly number: bigint;
  readonly hash: string;
}

/** Notes changes from here on, to the end of the transaction, as those of a block; or none. */
export async function noteChangesOf(tx: Queryable, blockNumber: bigint | undefined): Promise<void> {
  await tx.query("select set_config('assay.block', $1, true)", [blockNumber === undefined ? "" : `${blockNumber}`]);
}

/** The blocks up to which events have been folded, the latest first; none when nothing has been. */
export async function readCheckpoints(tx: Queryable): Promise<Checkpoint[]> {
  const found = await tx.query<{ number: string; hash: string }>(
    "select number::text as number, hash from chain_blocks order by chain_blocks.number desc",
  );
  return found.rows.map(({ number, hash }) => ({ number: BigInt(number), hash }));
}

/** @param keptFrom First block whose changes can still be asked to be taken back. */
export async function addCheckpoint(tx: Queryable, { number, hash }: Checkpoint, keptFrom: bigint): Promise<void> {
  await tx.query("insert into chain_blocks values ($1, $2)", [`${number}`, hash]);
  // The last one before them is where going back may end; changes are noted from there on.
  await tx.query(
    "delete from chain_blocks where number < (select max(number) from chain_blocks where number < $1::bigint)",
    [`${keptFrom}`],
  );
  await tx.query("delete from chain_undo where block_number <= (select min(number) from chain_blocks)");
}

interface UndoRow {
  name: string;
  before: string | null;
  after: string | null;
}

/** Takes back what the blocks after a checkpoint have changed. */
export async function rewindTo(tx: Queryable, blockNumber: bigint): Promise<void> {
  const found = await tx.query<UndoRow>(
    `select name, before::text as before, after::text as after from chain_undo where block_number > $1
     order by chain_undo.number desc`,
    [`${blockNumber}`],
  );
  for (const row of found.rows) await takeBack(tx, row);
  await tx.query("delete from chain_undo where block_number > $1", [`${blockNumber}`]);
  await tx.query("delete from chain_blocks where number > $1", [`${blockNumber}`]);
}

async function takeBack(tx: Queryable, { name, before, after }: UndoRow): Promise<void> {
  const record = `jsonb_populate_record(null::${name}, $1::jsonb)`;
  if (after !== null) {
    const same = (await keysOf(tx, name)).map((column) => `row.${column} = gone.${column}`).join(" and ");
    await tx.query(`delete from ${name} row using ${record} gone where ${same}`, [after]);
  }
  if (before !== null) await tx.query(`insert into ${name} select * from ${record}`, [before]);
}

/** The columns that name a row of a table. */
async function keysOf(tx: Queryable, table: string): Promise<string[]> {
  const found = await tx.query<{ name: string }>(
    `select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
     where indrelid = $1::regclass and indisprimary`,
    [table],
  );
  if (found.rows.length === 0) throw new Error(`table ${table} has no primary key to take changes back by`);
  return found.rows.map(({ name }) => name);
}

/** Forgets everything that was folded into the tables given. */
export async function forgetChain(tx: Queryable, tables: readonly string[]): Promise<void> {
  for (const table of [...tables, "chain_undo", "chain_blocks"]) await tx.query(`delete from ${table}`);
}
