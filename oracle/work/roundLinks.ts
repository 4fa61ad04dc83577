import type { Hex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";

/**
 * The links of the rounds being measured. A round's link is the evaluator's secret until it reveals it: whoever reads it here knows
 * what this evaluator will ask in that round. It is in this table only, one row a round, from the first job until the round takes no
 * more commitments.
 */
export interface RoundLinks {
  /** @param commitBy Seconds of the chain's clock. */
  keep(round: string, link: Hex, commitBy: bigint): Promise<void>;
  get(round: string): Promise<Hex | undefined>;
  forget(round: string): Promise<void>;
  /** Rounds that took no more commitments at `now`. */
  over(now: bigint): Promise<string[]>;
}

export const roundLinksSchema = (schema: string): string =>
  `create table if not exists ${schema}.round_links (round text primary key, link text not null, commit_by bigint not null)`;

export function createRoundLinks(database: Queryable, schema: string): RoundLinks {
  const table = `${schema}.round_links`;
  return {
    async keep(round, link, commitBy) {
      await database.query(`insert into ${table} values ($1, $2, $3) on conflict do nothing`, [
        round,
        link,
        commitBy.toString(),
      ]);
    },
    async get(round) {
      const found = await database.query<{ link: Hex }>(`select link from ${table} where round = $1`, [round]);
      return found.rows[0]?.link;
    },
    async forget(round) {
      await database.query(`delete from ${table} where round = $1`, [round]);
    },
    async over(now) {
      const found = await database.query<{ round: string }>(`select round from ${table} where commit_by <= $1`, [
        now.toString(),
      ]);
      return found.rows.map(({ round }) => round);
    },
  };
}
