import type { Logger } from "pino";
import type { Address } from "viem";
import { isExecutable } from "../../domain/dispute.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { Head } from "../node/chainFold.ts";
import type { PlaceInLine } from "../node/placeInLine.ts";
import { type Outcome, TransactionFailed } from "../node/transactions.ts";
import type { CourtTransactions } from "./courtTransactions.ts";
import { type DisputeRecord, readDisputeSeats, readDisputes } from "./disputeTables.ts";
import { readFreeze } from "./freezeTable.ts";
import { readLog } from "./logTables.ts";
import { createTurns } from "./turns.ts";

/** Draws second committees, carries out what was decided, and claims the fee for a re-evaluation. Anyone may; the nodes take turns. */
export interface DisputeKeeper {
  /** Does the next thing that is due, in the background. */
  pursue(head: Head): Promise<void>;
  /** Waits for the transaction that is under way. */
  stop(): Promise<void>;
}

export interface DisputeKeeperParts {
  readonly database: Queryable;
  readonly transactions: CourtTransactions;
  readonly own: Address;
  readonly line: PlaceInLine;
  readonly claimsFees: boolean;
  readonly stagger: bigint;
  readonly log: Logger;
}

interface Task {
  readonly call: string;
  readonly subject: string;
  readonly rank: bigint;
  readonly work: () => Promise<Outcome>;
}

export function createDisputeKeeper(parts: DisputeKeeperParts): DisputeKeeper {
  const { database, transactions, line, stagger, log } = parts;
  const turns = createTurns(stagger);
  const paid = new Set<bigint>();
  /** Disputes whose log the record did not know: it may have ended. They are carried out without it. */
  const withoutLog = new Set<bigint>();
  let underWay: Promise<void> | undefined;

  const execute = async ({ disputeId, versionId, roundId }: DisputeRecord): Promise<Outcome> => {
    const [frozen, log] = [await readFreeze(database, versionId, roundId), await readLog(database, versionId)];
    const shown = withoutLog.has(disputeId) ? { ...log, entries: [] } : log;
    // What fails with the log is tried without it the next time.
    withoutLog.add(disputeId);
    const outcome = await transactions.execute(disputeId, frozen, shown);
    withoutLog.delete(disputeId);
    return outcome;
  };

  const claim = async ({ disputeId }: DisputeRecord, place: bigint): Promise<Outcome> => {
    const outcome = await transactions.claimFee(disputeId, place);
    paid.add(disputeId);
    return outcome;
  };

  const unpaidPlace = async ({ disputeId, signers }: DisputeRecord): Promise<bigint | undefined> => {
    if (!parts.claimsFees || signers === 0n || paid.has(disputeId)) return undefined;
    const seat = (await readDisputeSeats(database, disputeId)).find(({ signer }) => signer === parts.own);
    return seat && (signers >> BigInt(seat.place)) & 1n ? BigInt(seat.place) : undefined;
  };

  const taskOf = async (dispute: DisputeRecord, { number, timestamp: now }: Head): Promise<Task | undefined> => {
    const { disputeId, stage, entropyBlock } = dispute;
    const rank = await line.of(disputeId);
    if (isExecutable(dispute, now))
      return { call: "execute", subject: `execute:${disputeId}`, rank, work: () => execute(dispute) };
    if (stage === "opened" && number > entropyBlock) {
      const work = () => transactions.drawCommittee(disputeId, entropyBlock);
      return { call: "drawCommittee", subject: `draw:${disputeId}:${entropyBlock}`, rank, work };
    }
    const place = await unpaidPlace(dispute);
    if (place === undefined) return undefined;
    return { call: "claimFee", subject: `claim:${disputeId}`, rank: 0n, work: () => claim(dispute, place) };
  };

  const run = async ({ call, work }: Task, { disputeId }: DisputeRecord): Promise<void> => {
    const about = { call, disputeId: `${disputeId}` };
    try {
      log.info({ ...about, ...(await work()) }, "dispute kept going");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      log.warn(about, error.message);
    }
  };

  return {
    async pursue(head) {
      if (underWay) return;
      for (const dispute of await readDisputes(database)) {
        const task = await taskOf(dispute, head);
        if (!task || !turns.isDue(task.subject, task.rank, head.timestamp)) continue;
        turns.rest(task.subject, head.timestamp);
        underWay = run(task, dispute)
          .catch((error: unknown) => log.error({ err: error }, "dispute not kept going"))
          .finally(() => {
            underWay = undefined;
          });
        return;
      }
    },
    async stop() {
      await underWay;
    },
  };
}
