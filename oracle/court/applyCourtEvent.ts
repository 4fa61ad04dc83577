import type { Queryable } from "../database/openDatabase.ts";
import { endChallenge, noteAnswer, openChallenge } from "./challengeTable.ts";
import type { CourtEvent } from "./courtEvents.ts";
import {
  drawCommittee,
  keepReevaluation,
  moveEntropy,
  openDispute,
  setStage,
  takeToArbitrator,
} from "./disputeTables.ts";
import { endFreeze, setFreeze } from "./freezeTable.ts";
import { extendLog, keepPrevious, overturnEntry } from "./logTables.ts";
import { addSlash } from "./slashTable.ts";

/** Applies one event to the tables of the court duties; before the same event changes what the node knows of models. */
export async function applyCourtEvent(tx: Queryable, event: CourtEvent): Promise<void> {
  switch (event.eventName) {
    case "DisputeOpened":
      return openDispute(tx, event.args);
    case "EntropyMoved":
      return moveEntropy(tx, event.args);
    case "CommitteeDrawn":
      return drawCommittee(tx, event.args);
    case "ReevaluationPosted":
      return keepReevaluation(tx, event.args, event.transactionHash);
    case "AppealedToArbitrator":
      return takeToArbitrator(tx, event.args);
    case "Ruled":
      return setStage(tx, event.args.disputeId, "ruled");
    case "DisputeExecuted":
      return setStage(tx, event.args.disputeId, "executed");
    case "EvaluatorSlashed":
      return addSlash(tx, event.args);
    case "ChallengeOpened":
      return openChallenge(tx, event.args, event.transactionHash);
    case "ChallengeAnswered":
      await noteAnswer(tx, event.args, event.transactionHash);
      return endChallenge(tx, event.args, "answered");
    case "ChallengeUpheld":
      return endChallenge(tx, event.args, "upheld");
    case "VersionAdded":
      return keepPrevious(tx, event.args);
    case "ResultLogged":
      return extendLog(tx, event.args);
    case "ResultOverturned":
      return overturnEntry(tx, event.args);
    case "StakeFrozen":
    case "FreezeChanged":
      return setFreeze(tx, event.args);
    default:
      return endFreeze(tx, event.args.versionId, event.args.roundId);
  }
}
