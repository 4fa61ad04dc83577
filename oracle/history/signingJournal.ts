import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { getAddress, type Hex, isHex } from "viem";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import { ConflictingSignatureError, RoundBelowFloorError } from "./signingErrors.ts";

/** What a key can sign one of, for one contract, round (or dispute) and version. */
export const signedKinds = ["commitment", "report", "batch", "reevaluation"] as const;
export type SignedKind = (typeof signedKinds)[number];

/** One signature that was, or may have been, made. */
export interface JournalEntry {
  /** Chain id, colon, contract. */
  readonly domain: string;
  /** Number of the round; of the dispute where the court is the contract. */
  readonly roundId: bigint;
  /** Version. */
  readonly subject: Hex;
  readonly kind: SignedKind;
  /** EIP-712 digest. */
  readonly digest: Hex;
}

/**
 * What a key has signed, in one file that is on disk (fsync) when `record` returns. The node's own database need not be: an embedded one
 * runs without fsync, and a server's may be restored from yesterday. Where the two differ the node refuses what either forbids.
 */
export interface SigningJournal {
  /**
   * Writes down, all or nothing, what is about to be signed. The same again is fine.
   * @throws ConflictingSignatureError when another digest stands for the same domain, round, version and kind; RoundBelowFloorError.
   */
  record(entries: readonly JournalEntry[]): void;
  /** By domain, round, version, kind. */
  entries(): JournalEntry[];
  /** Domains with the round their entries begin with: what was signed before is forgotten, and nothing is signed for it any more. */
  floors(): ReadonlyMap<string, bigint>;
  /** Never lowers a floor. */
  raiseFloor(domain: string, roundId: bigint): void;
  /** Whose journal it is: the first owner named stands. */
  claim(owner: string): string;
  /** Undefined while nobody claimed it. */
  owner(): string | undefined;
  /** Seconds of the chain's clock until which the journal holds everything the key signed. */
  watchedUntil(): bigint | undefined;
  /** Never goes back. */
  watch(until: bigint): void;
  close(): void;
}

/** The journal's name of a contract on a chain. */
export const domainKeyOf = (chainId: bigint, contract: Hex): string => `${chainId}:${getAddress(contract)}`;

const schema = `
  create table if not exists entries (
    domain text not null, round_id integer not null, subject text not null, kind text not null, digest text not null,
    primary key (domain, round_id, subject, kind)
  ) strict, without rowid;
  create table if not exists floors (domain text primary key, round_id integer not null) strict, without rowid;
  create table if not exists settings (name text primary key, value text not null) strict, without rowid;
`;

/** Opens (or makes) the journal at `path`. It has to be this process' alone: the data directory's lock sees to that. */
export function openSigningJournal(path: string): SigningJournal {
  makeFolderSync(dirname(path));
  return journalOf(new DatabaseSync(path, { timeout: 1_000 }));
}

function journalOf(file: DatabaseSync): SigningJournal {
  // A commit waits for the disk; the log is one file that is appended to, so a record costs one fsync.
  file.exec("pragma journal_mode = wal; pragma synchronous = full;");
  file.exec(schema);
  const insert = file.prepare("insert into entries values (?, ?, ?, ?, ?) on conflict do nothing");
  const find = file.prepare(
    "select digest from entries where domain = ? and round_id = ? and subject = ? and kind = ?",
  );
  const findFloor = file.prepare("select round_id from floors where domain = ?");
  findFloor.setReadBigInts(true);
  const all = file.prepare("select * from entries order by domain, round_id, subject, kind");
  all.setReadBigInts(true);
  const allFloors = file.prepare("select domain, round_id from floors order by domain");
  allFloors.setReadBigInts(true);
  const setting = file.prepare("select value from settings where name = ?");
  const set = file.prepare(
    "insert into settings values (?, ?) on conflict (name) do update set value = excluded.value",
  );

  const atOnce = (work: () => void): void => {
    file.exec("begin immediate");
    try {
      work();
      file.exec("commit");
    } catch (error) {
      file.exec("rollback");
      throw error;
    }
  };
  const digestAt = ({ domain, roundId, subject, kind }: JournalEntry): Hex | undefined => {
    const digest = find.get(domain, roundId, subject, kind)?.digest;
    return isHex(digest) ? digest : undefined;
  };
  const floorOf = (domain: string): bigint => bigintOf(findFloor.get(domain)?.round_id) ?? 0n;
  const watchedUntil = (): bigint | undefined => bigintOf(setting.get("watched until")?.value);

  const ownerOf = (): string | undefined => {
    const owner = setting.get("owner")?.value;
    return typeof owner === "string" ? owner : undefined;
  };

  return {
    record(entries) {
      const isKnown = entries.every(
        (entry) => digestAt(entry) === entry.digest && entry.roundId >= floorOf(entry.domain),
      );
      if (isKnown) return;
      atOnce(() => {
        for (const entry of entries) {
          const { domain, roundId, subject, kind, digest } = entry;
          const floor = floorOf(domain);
          if (roundId < floor) throw new RoundBelowFloorError(roundId, floor);
          insert.run(domain, roundId, subject, kind, digest);
          const signed = digestAt(entry);
          if (signed !== digest) throw new ConflictingSignatureError(entry, signed ?? "0x", digest);
        }
      });
    },
    entries: () => all.all().map(entryOf),
    floors: () => new Map(allFloors.all().map((row) => [`${row.domain}`, bigintOf(row.round_id) ?? 0n])),
    raiseFloor(domain, roundId) {
      if (roundId <= floorOf(domain)) return;
      atOnce(() => {
        file
          .prepare("insert into floors values (?, ?) on conflict (domain) do update set round_id = excluded.round_id")
          .run(domain, roundId);
        file.prepare("delete from entries where domain = ? and round_id < ?").run(domain, roundId);
      });
    },
    claim(owner) {
      file.prepare("insert into settings values ('owner', ?) on conflict do nothing").run(owner);
      return ownerOf() ?? owner;
    },
    owner: ownerOf,
    watchedUntil,
    watch(until) {
      if (until > (watchedUntil() ?? -1n)) set.run("watched until", until.toString());
    },
    close() {
      if (file.isOpen) file.close();
    },
  };
}

function bigintOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "string" ? BigInt(value) : undefined;
}

function entryOf(row: Record<string, unknown>): JournalEntry {
  const kind = signedKinds.find((known) => known === row.kind);
  const roundId = bigintOf(row.round_id);
  if (kind === undefined || roundId === undefined || !isHex(row.subject) || !isHex(row.digest))
    throw new TypeError(`the signing journal holds a row that it never wrote: ${row.kind} of round ${row.round_id}`);
  return { domain: `${row.domain}`, roundId, subject: row.subject, kind, digest: row.digest };
}
