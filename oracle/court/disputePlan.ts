import type { Address, Hex } from "viem";
import { seatsOf } from "../../domain/committee.ts";
import type { Deployment } from "../../sdk/index.ts";
import type { Queryable } from "../database/openDatabase.ts";
import { sessionOfDispute } from "../messages/session.ts";
import type { ChainFold } from "../node/chainFold.ts";
import { readVersion } from "../node/modelTables.ts";
import type { NodeConfig } from "../node/nodeConfig.ts";
import type { Policies } from "../node/policies.ts";
import { memberOf, type RoundPlan } from "../node/roundPlan.ts";
import { roundIdAt, roundTiming } from "../node/roundTiming.ts";
import { type Clocks, reevaluationEpochs } from "./clocks.ts";
import { type DisputeRecord, type DisputeSeat, readDisputeSeats } from "./disputeTables.ts";

export interface DisputePlanSources {
  readonly own: Address;
  readonly database: Queryable;
  readonly deployment: Deployment;
  readonly fold: Pick<ChainFold, "round">;
  readonly policies: Pick<Policies, "get">;
  readonly timing: NodeConfig["timing"];
}

/** Epochs from the one a dispute is opened in to the one whose link and clock its committee measures by: a whole one lies between. */
const epochsToMeasure = 2n;

type Opened = Pick<DisputeRecord, "openedUntil">;

const openedAt = ({ epochLength }: Clocks, { openedUntil }: Opened): bigint =>
  openedUntil - reevaluationEpochs * BigInt(epochLength);

/**
 * The round that lends a dispute its links and its clock. A dispute has no link of its own: ids of disputes are small, and links of small
 * numbers are out. The link of a round that is under way is secret until the round's reports are revealed.
 */
export const linkRoundOf = (clocks: Clocks, dispute: Opened): bigint =>
  roundIdAt(clocks, openedAt(clocks, dispute)) + epochsToMeasure;

/** What a dispute's second committee does, if this node is in it; undefined if not, or while it is not drawn. */
export async function loadDisputePlan(
  { own, database, deployment, fold, policies, timing }: DisputePlanSources,
  dispute: DisputeRecord,
): Promise<RoundPlan | undefined> {
  const { disputeId, roundId, versionId, seed, committee, deadline } = dispute;
  const members = membersOf(committee, await readDisputeSeats(database, disputeId));
  const [record, version] = [await fold.round(roundId), await readVersion(database, versionId)];
  if (seed === undefined || !record || !version || !memberOf({ members }, own)) return undefined;
  const linkRoundId = linkRoundOf(deployment, dispute);
  return {
    roundId: sessionOfDispute(disputeId),
    linkRoundId,
    measuredRoundId: roundId,
    shard: 0n,
    seed,
    suiteHash: record.suiteHash,
    // Two thirds of a second committee, whatever its verdict.
    policy: { ...(await policies.get(record.policyId)), committeeSize: 3n, quorum: 2n },
    members,
    assignments: [version],
    timing: {
      ...roundTiming(deployment, timing, linkRoundId),
      startsAt: openedAt(deployment, dispute),
      closesAt: deadline,
    },
  };
}

function membersOf(
  committee: bigint,
  seats: readonly DisputeSeat[],
): { seat: number; signer: Address; linkHead: Hex }[] {
  const byPlace = new Map(seats.map((seat) => [seat.place, seat]));
  return seatsOf(committee).map((place) => {
    const seat = byPlace.get(place);
    if (!seat)
      throw new Error(`a second committee has place ${place} in it, but the dispute only ${seats.length} seats`);
    return { seat: place, signer: seat.signer, linkHead: seat.linkHead };
  });
}
