import { courtSchema, courtTables } from "../court/courtSchema.ts";
import { relaySchema } from "../relay/relaySchema.ts";
import { chainUndoSchema } from "./chainUndo.ts";

/** Tables that follow from the chain's events alone. */
export const chainTables = [
  "models",
  "versions",
  "seats",
  "seat_keys",
  "seat_lists",
  "rounds",
  "round_seats",
  "round_candidates",
  "assignments",
  "results",
  ...courtTables,
] as const;

/**
 * The node's tables. `signatures` is never emptied above the floor in `settings`: it is what keeps a node, also a restored or a
 * restarted one, from giving two answers. Numbers of 256 bits are text in decimal digits; comparisons of them happen in TypeScript.
 */
export const nodeSchema = `
  create table if not exists settings (name text primary key, value text not null);

  create table if not exists signatures (
    domain text not null,
    round_id bigint not null,
    subject text not null,
    kind text not null,
    digest text not null,
    primary key (domain, round_id, subject, kind)
  );

  create table if not exists own_messages (
    round_id bigint not null,
    subject text not null,
    kind text not null,
    body text not null,
    released boolean not null,
    primary key (round_id, subject, kind)
  );

  create table if not exists unsigned_messages (
    round_id bigint not null,
    subject text not null,
    kind text not null,
    body text not null,
    primary key (round_id, subject, kind)
  );

  create table if not exists message_draws (
    round_id bigint not null,
    subject text not null,
    seed text not null,
    primary key (round_id, subject)
  );

  create table if not exists peer_messages (
    round_id bigint not null,
    kind text not null,
    subject text not null,
    evaluator text not null,
    digest text not null,
    body text not null,
    received_at bigint not null,
    late boolean not null,
    primary key (round_id, kind, subject, evaluator)
  );

  create table if not exists equivocations (
    round_id bigint not null,
    kind text not null,
    subject text not null,
    evaluator text not null,
    first text not null,
    second text not null,
    primary key (round_id, kind, subject, evaluator)
  );

  create table if not exists evidence (
    hash text primary key,
    round_id bigint not null,
    path text not null
  );

  create table if not exists models (
    model_id text primary key,
    version_id text not null,
    bond_word text not null,
    paid_through text not null,
    evaluated_until text not null
  );
  create table if not exists versions (
    version_id text primary key,
    model_id text not null,
    digest text not null,
    manifest_uri text not null,
    memory_word text not null
  );
  create table if not exists seats (
    seat_id text primary key,
    link_head text not null
  );
  create table if not exists seat_keys (
    signer text primary key,
    seat_id text not null
  );
  create table if not exists seat_lists (
    number serial,
    pointer text primary key,
    signers text not null
  );
  create table if not exists rounds (
    round_id bigint primary key,
    policy_id bigint not null,
    suite_hash text not null,
    entropy_block bigint not null,
    seed text,
    committees text,
    lottery_slots bigint,
    model_count bigint,
    participated text not null
  );
  create table if not exists round_seats (
    round_id bigint not null,
    place bigint not null,
    signer text not null,
    seat_id text not null,
    link_head text not null,
    primary key (round_id, place)
  );
  create table if not exists round_candidates (
    round_id bigint not null,
    model_id text not null,
    version_id text not null,
    digest text not null,
    manifest_uri text not null,
    memory_word text not null,
    bond_word text not null,
    paid_through text not null,
    evaluated_until text not null,
    primary key (round_id, model_id)
  );
  create table if not exists assignments (
    round_id bigint not null,
    version_id text not null,
    model_id text not null,
    digest text not null,
    manifest_uri text not null,
    shard bigint not null,
    primary key (round_id, version_id)
  );
  create table if not exists results (
    round_id bigint not null,
    version_id text not null,
    transaction text not null,
    primary key (round_id, version_id)
  );
${courtSchema}
  ${chainUndoSchema(chainTables)}
  ${relaySchema}
`;

/** Tables of the chain that are about rounds. */
export const roundTables = ["rounds", "round_seats", "round_candidates", "assignments", "results"] as const;
