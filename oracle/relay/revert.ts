import { type Abi, BaseError, getContractError, type Hex, RpcRequestError } from "viem";
import {
  assayAbi,
  assayVaultAbi,
  courtAbi,
  decodeError,
  inspectorAbi,
  policyBoardAbi,
  revertName,
} from "../../sdk/index.ts";
import { isNoFunds } from "./refusal.ts";

/** Every error of the protocol: contracts ask each other, whose errors come through. */
const errorsAbi: Abi = [assayAbi, assayVaultAbi, courtAbi, inspectorAbi, policyBoardAbi]
  .flat()
  .filter(({ type }) => type === "error");

/** Reverts that say somebody else did the same before. */
const doneBefore = new Set([
  "RoundAlreadyOpen",
  "EntropyAlreadyCaptured",
  "StaleRound",
  "NothingToCollect",
  "NothingToPay",
  "AlreadyCorrected",
  "AlreadyDisputed",
  "AlreadySlashed",
  "AlreadyChallenged",
  "NoOpenChallenge",
  "WrongStage",
]);

/** Why a call would not go through. */
export type Refused =
  | { readonly alreadyDone: string }
  /** One line, with the contract's error and its values. */
  | { readonly failed: string; readonly noFunds: boolean };

/**
 * What it means that a simulation failed.
 * @returns undefined when the chain could not be asked, which says nothing about the call
 */
export function refusedBy(error: unknown, data: Hex): Refused | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const answer = error.walk((cause) => cause instanceof RpcRequestError);
  if (!(answer instanceof RpcRequestError)) return undefined;
  const decoded = getContractError(error, { abi: errorsAbi, args: [], functionName: data.slice(0, 10) });
  const name = revertName(decoded);
  if (name && doneBefore.has(name)) return { alreadyDone: name };
  // Without a contract's error viem's own short message leaves out what the RPC said.
  const failed = name ? decodeError(decoded) : answer.details.split("\n").join(" ").slice(0, 300);
  return { failed, noFunds: isNoFunds(error) };
}
