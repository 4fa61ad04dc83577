import { applyCourtEvent } from "../court/applyCourtEvent.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { ChainEvent } from "./chainEvents.ts";
import { addVersion, retire, setBond, setMemory, setPaid } from "./modelTables.ts";
import {
  addKey,
  addResult,
  addSeat,
  drawRound,
  openRound,
  sealSeats,
  setLinkHead,
  setParticipated,
} from "./roundTables.ts";

/** Applies one event to the node's tables. */
export async function applyEvent(tx: Queryable, event: ChainEvent): Promise<void> {
  switch (event.eventName) {
    case "VersionAdded":
      await applyCourtEvent(tx, event);
      return addVersion(tx, event.args);
    case "ResultOverturned":
      await applyCourtEvent(tx, event);
      return setMemory(tx, event.args.versionId, event.args.memoryWord);
    case "LaneChanged":
    case "FailureCarried":
    case "EvidenceDiscredited":
      return setMemory(tx, event.args.versionId, event.args.memoryWord);
    case "ModelRetired":
      return retire(tx, event.args);
    case "ResultPosted":
      await setMemory(tx, event.args.versionId, event.args.memoryWord);
      return addResult(tx, event.args.roundId, event.args.versionId, event.transactionHash);
    case "EvaluationPrepaid":
      return setPaid(tx, event.args);
    case "SeatAdded":
      return addSeat(tx, event.args);
    case "SignerRotated":
      return addKey(tx, event.args);
    case "LinkRotated":
      return setLinkHead(tx, event.args);
    case "SeatListSealed":
      return sealSeats(tx, event.args);
    case "RoundOpened":
      return openRound(tx, event.args);
    case "EntropyCaptured":
      return drawRound(tx, event.args);
    case "BatchPosted":
    case "ParticipationCollected":
      return setParticipated(tx, event.args.roundId, event.args.participated);
    case "StakeFrozen":
    case "FreezeChanged":
    case "FreezeReleased":
    case "FreezeRestored":
      await applyCourtEvent(tx, event);
      return setBond(tx, event.args.modelId, event.args.bondWord);
    case "ResultLogged":
    case "DisputeOpened":
    case "EntropyMoved":
    case "CommitteeDrawn":
    case "ReevaluationPosted":
    case "AppealedToArbitrator":
    case "Ruled":
    case "DisputeExecuted":
    case "EvaluatorSlashed":
    case "ChallengeOpened":
    case "ChallengeAnswered":
    case "ChallengeUpheld":
      return applyCourtEvent(tx, event);
    default:
      // Every other event that is followed is one of a model's stake.
      return setBond(tx, event.args.modelId, event.args.bondWord);
  }
}
