import {
  type Address,
  type ContractEventName,
  type GetContractEventsReturnType,
  getAbiItem,
  type PublicClient,
} from "viem";
import { assayAbi, assayVaultAbi, type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { disputeEvents } from "../court/courtEvents.ts";

const recordEvents = [
  getAbiItem({ abi: assayAbi, name: "VersionAdded" }),
  getAbiItem({ abi: assayAbi, name: "LaneChanged" }),
  getAbiItem({ abi: assayAbi, name: "ModelRetired" }),
  getAbiItem({ abi: assayAbi, name: "RoundOpened" }),
  getAbiItem({ abi: assayAbi, name: "EntropyCaptured" }),
  getAbiItem({ abi: assayAbi, name: "BatchPosted" }),
  getAbiItem({ abi: assayAbi, name: "ResultPosted" }),
  getAbiItem({ abi: assayAbi, name: "FailureCarried" }),
  getAbiItem({ abi: assayAbi, name: "ResultOverturned" }),
  getAbiItem({ abi: assayAbi, name: "EvidenceDiscredited" }),
  getAbiItem({ abi: assayAbi, name: "ParticipationCollected" }),
  getAbiItem({ abi: assayAbi, name: "ResultLogged" }),
] as const;

const vaultEvents = [
  getAbiItem({ abi: assayVaultAbi, name: "Bonded" }),
  getAbiItem({ abi: assayVaultAbi, name: "Delegated" }),
  getAbiItem({ abi: assayVaultAbi, name: "BondUnbondRequested" }),
  getAbiItem({ abi: assayVaultAbi, name: "UnbondRequested" }),
  getAbiItem({ abi: assayVaultAbi, name: "BondWithdrawn" }),
  getAbiItem({ abi: assayVaultAbi, name: "Withdrawn" }),
  getAbiItem({ abi: assayVaultAbi, name: "StakeFrozen" }),
  getAbiItem({ abi: assayVaultAbi, name: "FreezeChanged" }),
  getAbiItem({ abi: assayVaultAbi, name: "FreezeReleased" }),
  getAbiItem({ abi: assayVaultAbi, name: "FreezeRestored" }),
  getAbiItem({ abi: assayVaultAbi, name: "FeesSettled" }),
  getAbiItem({ abi: assayVaultAbi, name: "EvaluationPrepaid" }),
] as const;

const boardEvents = [
  getAbiItem({ abi: policyBoardAbi, name: "SeatAdded" }),
  getAbiItem({ abi: policyBoardAbi, name: "SignerRotated" }),
  getAbiItem({ abi: policyBoardAbi, name: "LinkRotated" }),
  getAbiItem({ abi: policyBoardAbi, name: "SeatListSealed" }),
] as const;

const events = [...recordEvents, ...vaultEvents, ...boardEvents, ...disputeEvents] as const;

/** An event of the contracts that a node works from. */
export type ChainEvent = GetContractEventsReturnType<typeof events, ContractEventName<typeof events>, true>[number];
export type EventArgs<Name extends ChainEvent["eventName"]> = Extract<ChainEvent, { eventName: Name }>["args"];

/** The events of a range of blocks, of all contracts, in the order in which they happened. */
export async function readEvents(
  client: PublicClient,
  { assay, vault, policyBoard, court, inspector }: Deployment,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<ChainEvent[]> {
  const address: Address[] = [assay, vault, policyBoard, court, inspector];
  const found = await client.getContractEvents({ address, abi: events, strict: true, fromBlock, toBlock });
  return found;
}
