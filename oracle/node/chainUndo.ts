import type { Queryable } from "../database/openDatabase.ts";

/** Tables that follow from the chain's events alone, each with the columns that name a row. */
const chainKeys = {
  models: ["model_id"],
  versions: ["version_id"],
  seats: ["seat_id"],
  seat_keys: ["signer"],
  seat_lists: ["pointer"],
  rounds: ["round_id"],
  round_seats: ["round_id", "place"],
  round_candidates: ["round_id", "model_id"],
  assignments: ["round_id", "version_id"],
  results: ["round_id", "version_id"],
} as const;

type ChainTable = keyof typeof chainKeys;

/** Those tables by name. */
export const chainTables: readonly string[] = Object.keys(chainKeys);

/**
 * While the setting `assay.block` names a block, every change of a row of these tables is noted beside it, so that it can be taken back
 * when the block turns out not to be on the chain any more.
 */
export const chainUndoSchema = `
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
  ${chainTables
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

const isChainTable = (name: string): name is ChainTable => name in chainKeys;

async function takeBack(tx: Queryable, { name, before, after }: UndoRow): Promise<void> {
  if (!isChainTable(name)) throw new Error(`chain_undo names ${name}, which is no table of the chain`);
  const rowIn = (json: string) => [`jsonb_populate_record(null::${name}, $1::jsonb)`, json] as const;
  if (after !== null) {
    const [record, json] = rowIn(after);
    const same = chainKeys[name].map((column) => `row.${column} = gone.${column}`).join(" and ");
    await tx.query(`delete from ${name} row using ${record} gone where ${same}`, [json]);
  }
  if (before !== null) {
    const [record, json] = rowIn(before);
    await tx.query(`insert into ${name} select * from ${record}`, [json]);
  }
}

/** Forgets everything that was folded. */
export async function forgetChain(tx: Queryable): Promise<void> {
  for (const table of [...chainTables, "chain_undo", "chain_blocks"]) await tx.query(`delete from ${table}`);
}
