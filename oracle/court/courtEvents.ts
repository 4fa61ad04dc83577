import { type ContractEventName, type GetContractEventsReturnType, getAbiItem } from "viem";
import { assayAbi, assayVaultAbi, courtAbi, inspectorAbi } from "../../sdk/index.ts";

/** What court and inspector tell. */
export const disputeEvents = [
  getAbiItem({ abi: courtAbi, name: "DisputeOpened" }),
  getAbiItem({ abi: courtAbi, name: "EntropyMoved" }),
  getAbiItem({ abi: courtAbi, name: "CommitteeDrawn" }),
  getAbiItem({ abi: courtAbi, name: "ReevaluationPosted" }),
  getAbiItem({ abi: courtAbi, name: "AppealedToArbitrator" }),
  getAbiItem({ abi: courtAbi, name: "Ruled" }),
  getAbiItem({ abi: courtAbi, name: "DisputeExecuted" }),
  getAbiItem({ abi: inspectorAbi, name: "EvaluatorSlashed" }),
  getAbiItem({ abi: inspectorAbi, name: "ChallengeOpened" }),
  getAbiItem({ abi: inspectorAbi, name: "ChallengeAnswered" }),
  getAbiItem({ abi: inspectorAbi, name: "ChallengeUpheld" }),
] as const;

/** What record and vault tell of logs and freezes, which whoever ends a dispute has to show. */
export const recordedEvents = [
  getAbiItem({ abi: assayAbi, name: "VersionAdded" }),
  getAbiItem({ abi: assayAbi, name: "ResultLogged" }),
  getAbiItem({ abi: assayAbi, name: "ResultOverturned" }),
  getAbiItem({ abi: assayVaultAbi, name: "StakeFrozen" }),
  getAbiItem({ abi: assayVaultAbi, name: "FreezeChanged" }),
  getAbiItem({ abi: assayVaultAbi, name: "FreezeReleased" }),
  getAbiItem({ abi: assayVaultAbi, name: "FreezeRestored" }),
] as const;

const events = [...disputeEvents, ...recordedEvents] as const;

/** An event that the node's court duties follow from. */
export type CourtEvent = GetContractEventsReturnType<typeof events, ContractEventName<typeof events>, true>[number];
export type CourtEventArgs<Name extends CourtEvent["eventName"]> = Extract<CourtEvent, { eventName: Name }>["args"];
