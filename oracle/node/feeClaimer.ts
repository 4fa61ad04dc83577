import type { Logger } from "pino";
import type { Address } from "viem";
import { placesOf, seatsOf } from "../../domain/committee.ts";
import type { ChainFold, Head } from "./chainFold.ts";
import type { NodeCalls } from "./nodeCalls.ts";
import type { Policies } from "./policies.ts";
import type { RoundRecord } from "./roundTables.ts";
import { TransactionFailed } from "./transactions.ts";

/** Claims the fees for rounds that this node took part in, once they are closed. They go to the seat's owner. */
export interface FeeClaimer {
  /** Claims the next fee, in the background. @param roundId Number of the running epoch. */
  pursue(head: Head, roundId: bigint): Promise<void>;
  /** Waits for the transaction that is under way. */
  stop(): Promise<void>;
}

export interface FeeClaimerParts {
  readonly fold: ChainFold;
  readonly policies: Policies;
  readonly calls: NodeCalls;
  readonly own: Address;
  /** Seconds after a claim that failed: the fund may have to fill first. */
  readonly epochLength: bigint;
  readonly log: Logger;
}

/** Rounds are closed three epochs after they began. */
const openEpochs = 3n;

export function createFeeClaimer(parts: FeeClaimerParts): FeeClaimer {
  const { fold, policies, calls, own, epochLength, log } = parts;
  let underWay: Promise<void> | undefined;
  let restUntil = 0n;
  /** Every round before it is claimed, or nothing of it was this node's. */
  let from = 0n;

  const claim = async (roundId: bigint, place: bigint, now: bigint): Promise<void> => {
    try {
      const outcome = await calls.claimFee(roundId, place);
      log.info({ roundId: `${roundId}`, ...outcome }, "fee claimed");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      restUntil = now + epochLength;
      log.warn({ roundId: `${roundId}` }, error.message);
    }
  };

  /** This node's place in a round whose fee it has not been paid. */
  const unpaidPlace = async (record: RoundRecord): Promise<bigint | undefined> => {
    const policy = await policies.get(record.policyId);
    if (policy.evaluationFee === 0n) return undefined;
    const seat = (await fold.seats(record.roundId)).find(({ signer }) => signer === own);
    if (!seat) return undefined;
    const bit = 1n << BigInt(seat.place);
    const places = (record.drawn?.committees ?? [])
      .map((committee, shard) => placesOf(bit, committee, BigInt(shard), policy))
      .reduce((all, place) => all | place, 0n);
    const [place] = seatsOf(places & record.participated);
    return place === undefined ? undefined : BigInt(place);
  };

  return {
    async pursue({ timestamp }, roundId) {
      const closed = roundId - openEpochs;
      if (underWay || !calls.canPay() || timestamp < restUntil || from > closed) return;
      for (const record of await fold.unpaidRounds(from, closed)) {
        const place = await unpaidPlace(record);
        if (place !== undefined) {
          from = record.roundId;
          underWay = claim(record.roundId, place, timestamp).finally(() => {
            underWay = undefined;
          });
          return;
        }
      }
      from = closed + 1n;
    },
    async stop() {
      await underWay;
    },
  };
}
