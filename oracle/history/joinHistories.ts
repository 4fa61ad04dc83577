import type { Hex } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import type { MessageKind } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { disputeOfSession, sessionOfDispute } from "../messages/session.ts";
import { ConflictingSignatureError, RoundBelowFloorError } from "./signingErrors.ts";
import { domainKeyOf, type JournalEntry, type SigningJournal } from "./signingJournal.ts";

interface Row {
  readonly round_id: string;
  readonly subject: Hex;
  readonly kind: MessageKind;
  readonly digest: Hex;
}

/** What both histories hold together, and where they contradict each other. */
export interface JoinedHistories {
  /** Versions of rounds for which the two name different digests: neither is signed for again. */
  readonly contradictions: readonly JournalEntry[];
}

/**
 * Gives the journal what only the tables know and the tables what only the journal knows: one of them may have been restored, moved
 * or lost. Batches are told apart by version in the journal and by round in the tables; both are asked before one is signed.
 */
export async function joinHistories(
  database: Database,
  journal: SigningJournal,
  domain: SigningDomain,
): Promise<JoinedHistories> {
  const tablesDomain = `${domain.chainId}:${domain.assay}`;
  const contradictions = await intoJournal(database, journal, domain, tablesDomain);
  await database.transaction(async (tx) => {
    for (const entry of journal.entries()) await intoTables(tx, domain, tablesDomain, entry);
  });
  return { contradictions };
}

async function intoJournal(
  database: Database,
  journal: SigningJournal,
  domain: SigningDomain,
  tablesDomain: string,
): Promise<JournalEntry[]> {
  const found = await database.query<Row>(
    `select round_id::text as round_id, subject, kind, digest from signatures
     where domain = $1 and kind in ('report', 'commitment') order by signatures.round_id`,
    [tablesDomain],
  );
  const contradictions: JournalEntry[] = [];
  const held = new Map(journal.entries().map((entry) => [keyOf(entry), entry.digest]));
  const missing: JournalEntry[] = [];
  for (const row of found.rows) {
    const entry = entryOf(domain, row);
    if (!entry) continue;
    const digest = held.get(keyOf(entry));
    if (digest === undefined) missing.push(entry);
    else if (digest !== entry.digest) contradictions.push(entry);
  }
  // One by one only where all at once is refused: below the floor of the other.
  for (const entry of missing) recordIfAllowed(journal, entry);
  return contradictions;
}

function recordIfAllowed(journal: SigningJournal, entry: JournalEntry): void {
  try {
    journal.record([entry]);
  } catch (error) {
    if (!(error instanceof RoundBelowFloorError || error instanceof ConflictingSignatureError)) throw error;
  }
}

function entryOf(domain: SigningDomain, { round_id, subject, kind, digest }: Row): JournalEntry | undefined {
  if (kind === "batchSignature") return undefined;
  const session = BigInt(round_id);
  const disputeId = disputeOfSession(session);
  const contract = disputeId === undefined ? domain.assay : domain.court;
  return { domain: domainKeyOf(domain.chainId, contract), roundId: disputeId ?? session, subject, kind, digest };
}

async function intoTables(
  tx: Queryable,
  domain: SigningDomain,
  tablesDomain: string,
  entry: JournalEntry,
): Promise<void> {
  if (entry.kind !== "report" && entry.kind !== "commitment") return;
  const isDispute = entry.domain === domainKeyOf(domain.chainId, domain.court);
  if (!isDispute && entry.domain !== domainKeyOf(domain.chainId, domain.assay)) return;
  const session = isDispute ? sessionOfDispute(entry.roundId) : entry.roundId;
  await tx.query("insert into signatures values ($1, $2, $3, $4, $5) on conflict do nothing", [
    tablesDomain,
    session.toString(),
    entry.subject,
    entry.kind,
    entry.digest,
  ]);
}

const keyOf = ({ domain, roundId, subject, kind }: JournalEntry): string => `${domain} ${roundId} ${subject} ${kind}`;
