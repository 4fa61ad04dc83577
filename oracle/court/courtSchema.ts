/**
 * Tables of the court duties. All but `audits` follow from the chain's events; numbers of 256 bits are text in decimal digits, structs are
 * JSON with such numbers.
 */
export const courtSchema = `
  create table if not exists disputes (
    dispute_id bigint primary key,
    version_id text not null,
    round_id bigint not null,
    seats_pointer text not null,
    opened_until text not null,
    entropy_block text not null,
    stage text not null,
    deadline text not null,
    seed text,
    committee text not null,
    signers text not null,
    transaction text
  );
  create table if not exists dispute_seats (
    dispute_id bigint not null,
    place bigint not null,
    signer text not null,
    seat_id text not null,
    link_head text not null,
    primary key (dispute_id, place)
  );
  create table if not exists challenges (
    report_digest text not null,
    leaf_index text not null,
    record_index text not null,
    seat_id text not null,
    round_id bigint not null,
    report text not null,
    answer_by text not null,
    outcome text not null,
    primary key (report_digest, leaf_index, record_index)
  );
  create table if not exists challenge_calls (
    report_digest text not null,
    leaf_index text not null,
    record_index text not null,
    asked text not null,
    answered text,
    primary key (report_digest, leaf_index, record_index)
  );
  create table if not exists slashes (
    seat_id text not null,
    version_id text not null,
    round_id bigint not null,
    fault text not null,
    primary key (seat_id, version_id, round_id, fault)
  );
  create table if not exists freezes (
    version_id text not null,
    round_id bigint not null,
    record text not null,
    primary key (version_id, round_id)
  );
  create table if not exists previous_versions (version_id text primary key, previous_id text not null);
  create table if not exists result_logs (version_id text primary key, memory_before text not null);
  create table if not exists log_entries (
    version_id text not null,
    place bigint not null,
    entry text not null,
    primary key (version_id, place)
  );
  create table if not exists audits (
    report_digest text primary key,
    round_id bigint not null,
    seat_id text not null,
    version_id text not null,
    report text not null,
    openings bigint not null,
    finding text not null,
    why text,
    proof text
  );
`;

/** Tables that follow from the chain's events alone. */
export const courtTables = [
  "disputes",
  "dispute_seats",
  "challenges",
  "challenge_calls",
  "slashes",
  "freezes",
  "previous_versions",
  "result_logs",
  "log_entries",
] as const;
