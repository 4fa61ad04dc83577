/**
 * A row per call that was asked for, and one per transaction signed for it, written before the transaction leaves the process: after
 * kill -9 everything that may be under way is known. Amounts are text in decimal digits.
 */
export const relaySchema = `
  create table if not exists intents (
    number serial,
    sender text not null,
    key text not null,
    call text not null,
    target text not null,
    data text not null,
    rank int not null,
    state text not null,
    nonce bigint,
    hash text,
    block_number bigint,
    block_hash text,
    reason text,
    primary key (sender, key)
  );
  create index if not exists intents_by_state on intents (sender, state);

  create table if not exists attempts (
    number serial,
    sender text not null,
    key text not null,
    nonce bigint not null,
    hash text not null,
    raw text not null,
    max_fee text not null,
    tip text not null,
    gas text not null,
    cancels boolean not null,
    sent_block bigint not null,
    sent_at bigint not null,
    primary key (sender, hash)
  );
  create index if not exists attempts_by_intent on attempts (sender, key, nonce);
`;
