import { BaseError, ContractFunctionRevertedError } from "viem";
import { errorNotices } from "./abi/errorNotices.ts";

const describeValue = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}` : v))
    : `${value}`;

function describeRevert(revert: ContractFunctionRevertedError): string {
  const { data } = revert;
  // Solidity's own two are no custom errors: a number beyond all ranges, or a token's words.
  if (!data || data.errorName === "Panic" || data.errorName === "Error") return revert.reason ?? revert.shortMessage;
  const inputs = "inputs" in data.abiItem ? data.abiItem.inputs : [];
  const values = inputs.map((input, i) => `${input.name ?? i} ${describeValue(data.args?.[i])}`).join(", ");
  const notice = errorNotices[`${data.errorName}(${inputs.map(({ type }) => type).join(",")})`];
  return `${data.errorName}${values ? ` (${values})` : ""}${notice ? `: ${notice}` : ""}`;
}

/** The name of the custom error a contract call reverted with, or undefined when it failed otherwise. */
export function revertName(error: unknown): string | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  return revert instanceof ContractFunctionRevertedError ? revert.data?.errorName : undefined;
}

/** One line in words for whatever a chain call threw: a custom error with its values and notice, or the short message. */
export function decodeError(error: unknown): string {
  if (error instanceof BaseError) {
    const revert = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (revert instanceof ContractFunctionRevertedError) return describeRevert(revert);
    return error.shortMessage.split("\n").join(" ");
  }
  return error instanceof Error ? (error.message.split("\n")[0] ?? error.name) : `${error}`;
}
