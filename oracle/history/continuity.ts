import type { Logger } from "pino";
import type { Address } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import type { Message } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { readBoardRecords } from "./boardRecords.ts";
import { ConflictingSignatureError, RoundBelowFloorError } from "./signingErrors.ts";
import type { SigningJournal } from "./signingJournal.ts";

/**
 * Whether the history here is all that the key has signed. It is, up to the last second it was watched. What came after, another copy
 * may have signed: the one this was copied, restored or moved from. So rounds that were open at the start are signed for only when the
 * history is fresh, or every board has shown what it has; rounds that open later always.
 */
export interface Continuity {
  /**
   * Whether this node may take part in a round. Takes over what boards show under this key first.
   * @param now Seconds of the chain's clock.
   */
  mayTakePart(session: OpenSession, now: bigint): Promise<boolean>;
  /** Ends a pass of the node's loop: unless a session is held back, the history is complete until now. */
  watch(now: bigint): Promise<void>;
  /** Sessions that are left out until the boards have answered. */
  heldBack(): readonly bigint[];
}

/** A round, or a dispute, that can be signed for. Times are seconds of the chain's clock. */
export interface OpenSession {
  readonly roundId: bigint;
  readonly timing: { readonly startsAt: bigint; readonly closesAt: bigint };
}

/** Seconds for which a history may have been alone and still count as the key's whole one: a restart, not yesterday's backup. */
const freshSeconds = 600n;
/** Seconds between two entries of how long it was watched; far below `freshSeconds`. */
const watchEverySeconds = 30n;
/** Seconds between two rounds of questions to boards that did not answer. */
const askEverySeconds = 10n;

const settingName = "signing history watched until";

export interface ContinuityParts {
  readonly database: Database;
  readonly journal: SigningJournal;
  readonly domain: SigningDomain;
  /** The signing key. */
  readonly own: Address;
  readonly boards: readonly string[];
  /** Keeps a message that was signed elsewhere or before; true when it was not known here. */
  readonly adopt: (message: Message) => Promise<boolean>;
  readonly log: Logger;
}

/** @param startedAt Seconds of the chain's clock. */
export async function createContinuity(parts: ContinuityParts, startedAt: bigint): Promise<Continuity> {
  const { database, journal, boards, log } = parts;
  const watchedUntil = later(journal.watchedUntil(), await watchedInTables(database));
  const isFresh = watchedUntil !== undefined && startedAt - watchedUntil <= freshSeconds;
  const settled = new Set<bigint>();
  const heldBack = new Map<bigint, { readonly askedAt: bigint; readonly closesAt: bigint }>();
  let watched = watchedUntil ?? 0n;

  if (!isFresh)
    log.warn(
      { watchedUntil: watchedUntil?.toString(), now: `${startedAt}` },
      "the signing history was not watched until now: rounds that are open are signed for once every board has shown what it holds",
    );

  const ask = async (roundId: bigint): Promise<boolean> => {
    const answers = await Promise.all(boards.map((url) => readBoardRecords({ ...parts, url, roundId })));
    for (const answer of answers) for (const message of answer ?? []) await takeOver(parts, message);
    return answers.every((answer) => answer !== undefined);
  };

  return {
    async mayTakePart({ roundId, timing: { startsAt, closesAt } }, now) {
      if (startsAt > startedAt || settled.has(roundId)) return true;
      const before = heldBack.get(roundId);
      if (before && now < before.askedAt + askEverySeconds) return false;
      const isComplete = await ask(roundId);
      if (isComplete || isFresh) {
        settled.add(roundId);
        heldBack.delete(roundId);
        return true;
      }
      heldBack.set(roundId, { askedAt: now, closesAt });
      if (!before) log.warn({ roundId: `${roundId}` }, "not every board answers: left out until all do");
      return false;
    },
    async watch(now) {
      for (const [roundId, { closesAt }] of heldBack) if (closesAt <= now) heldBack.delete(roundId);
      if (heldBack.size > 0 || now < watched + watchEverySeconds) return;
      journal.watch(now);
      await watchInTables(database, now);
      watched = now;
    },
    heldBack: () => [...heldBack.keys()],
  };
}

/** A message of this key: one that is known, one that is taken over, or one that contradicts what is known. */
async function takeOver({ adopt, log }: ContinuityParts, message: Message): Promise<void> {
  const { kind, roundId } = message;
  try {
    if (await adopt(message))
      log.warn(
        { kind, roundId: `${roundId}` },
        "a board shows a message of this key that was not known here: it counts as signed",
      );
  } catch (error) {
    if (error instanceof RoundBelowFloorError) return;
    if (!(error instanceof ConflictingSignatureError)) throw error;
    log.error(
      { kind, roundId: `${roundId}`, signed: error.signed, shown: error.refused },
      "a board shows another message of this key than the one in the history: something else signs with it, or did; both are left alone",
    );
  }
}

const later = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

async function watchedInTables(database: Queryable): Promise<bigint | undefined> {
  const found = await database.query<{ value: string }>("select value from settings where name = $1", [settingName]);
  const [row] = found.rows;
  return row && BigInt(row.value);
}

async function watchInTables(database: Queryable, until: bigint): Promise<void> {
  await database.query("insert into settings values ($1, $2) on conflict (name) do update set value = excluded.value", [
    settingName,
    until.toString(),
  ]);
}
