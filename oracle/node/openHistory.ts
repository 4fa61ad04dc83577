import { join } from "node:path";
import type { Logger } from "pino";
import type { LocalAccount } from "viem";
import type { Database } from "../database/openDatabase.ts";
import { createContinuity } from "../history/continuity.ts";
import { entriesOfMessage, guardAccount } from "../history/guardAccount.ts";
import { joinHistories } from "../history/joinHistories.ts";
import { domainKeyOf, openSigningJournal, type SigningJournal } from "../history/signingJournal.ts";
import { tellFailures } from "../keys/tellingAccount.ts";
import type { Message } from "../messages/message.ts";
import type { SigningDomain } from "../messages/messageDigest.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { createOwnMessages, type OwnMessages } from "./ownMessages.ts";
import { memberOf, participationBit, type RoundPlan } from "./roundPlan.ts";
import type { RoundRecord } from "./roundTables.ts";
import { recordPostedBatch, signingFloor } from "./signingHistory.ts";

/** Everything that signs, and what decides whether it may. */
export interface SigningHistory {
  readonly ownMessages: OwnMessages;
  /** See Continuity; takes over what the chain shows, too. */
  mayTakePart(plan: RoundPlan, record: Pick<RoundRecord, "participated"> | undefined, now: bigint): Promise<boolean>;
  watch(now: bigint): Promise<void>;
  /** Rounds, or disputes, that are left out until every board has answered. */
  heldBack(): readonly bigint[];
  /** Why the key did not sign the last time; undefined when it did. */
  signerFailure(): string | undefined;
  /** Forgets rounds before `roundId`, which are signed for never again. */
  forgetBefore(roundId: bigint): void;
  /** Waits for signatures under way. */
  close(): Promise<void>;
}

export interface HistoryParts {
  readonly database: Database;
  /** The node's data directory, which this process holds alone. */
  readonly directory: string;
  readonly domain: SigningDomain;
  readonly account: LocalAccount;
  readonly boards: readonly string[];
  readonly log: Logger;
}

export const journalPath = (directory: string): string => join(directory, "signing-history.sqlite");

/** Whom a history speaks for: key, chain and contract. */
export const historyOwner = ({ address }: Pick<LocalAccount, "address">, { chainId, assay }: SigningDomain): string =>
  `${address} on ${chainId}:${assay}`;

/**
 * Opens the signing history of a key.
 * @param startedAt Seconds of the chain's clock.
 * @throws RefusedStart when the journal is another key's.
 */
export async function openHistory(parts: HistoryParts, startedAt: bigint): Promise<SigningHistory> {
  const { directory, account, domain } = parts;
  const path = journalPath(directory);
  const journal = openSigningJournal(path);
  try {
    const owner = historyOwner(account, domain);
    const found = journal.claim(owner);
    if (found !== owner)
      throw new RefusedStart(
        `${path} is the history of ${found}, this node is ${owner}: give it a directory of its own`,
      );
    return await historyOf(parts, journal, startedAt);
  } catch (cause) {
    journal.close();
    throw cause;
  }
}

async function historyOf(parts: HistoryParts, journal: SigningJournal, startedAt: bigint): Promise<SigningHistory> {
  const { database, domain, account, log } = parts;
  const assay = domainKeyOf(domain.chainId, domain.assay);
  journal.raiseFloor(assay, await signingFloor(database));
  const { contradictions } = await joinHistories(database, journal, domain);
  for (const { kind, roundId, subject } of contradictions)
    log.error({ kind, roundId: `${roundId}`, subject }, "journal and tables contradict each other: never signed again");
  const telling = tellFailures(account, log);
  const ownMessages = createOwnMessages(database, domain, guardAccount(telling.account, journal));
  const own = account.address;
  const adopt = async (message: Message): Promise<boolean> => {
    const isNew = await ownMessages.adopt(message);
    journal.record(entriesOfMessage(domain, message));
    return isNew;
  };
  const continuity = await createContinuity({ ...parts, journal, own, adopt }, startedAt);
  return {
    ownMessages,
    async mayTakePart(plan, record, now) {
      const self = memberOf(plan, own);
      const hasPosted = self && record && (record.participated & participationBit(plan, self)) !== 0n;
      if (hasPosted && (await recordPostedBatch(database, domain, plan.roundId)))
        log.warn(
          { roundId: `${plan.roundId}` },
          "a posted batch has this key's signature, unknown here: no other is signed",
        );
      return continuity.mayTakePart(plan, now);
    },
    watch: continuity.watch,
    heldBack: continuity.heldBack,
    signerFailure: telling.failure,
    forgetBefore: (roundId) => journal.raiseFloor(assay, roundId),
    async close() {
      await ownMessages.settled();
      journal.close();
    },
  };
}
