import { type Abi, BaseError, ContractFunctionRevertedError, encodeErrorResult } from "viem";
import { expect, test } from "vitest";
import { assayAbi, decodeError, revertName } from "../../sdk/index.ts";

/** What viem throws when a call of the Assay contract reverts with this error. */
function reverted(errorName: "StaleRound" | "NotModelOwner", args: readonly unknown[]): BaseError {
  // The arguments of each error are its own; the test gives the ones that fit.
  const data = encodeErrorResult({ abi: assayAbi as Abi, errorName, args });
  const cause = new ContractFunctionRevertedError({ abi: assayAbi as Abi, data, functionName: "post" });
  return new BaseError("The contract function reverted.", { cause });
}

test("default: a custom error becomes its name, its values and its notice", () => {
  const version = `0x${"ab".repeat(32)}` as const;
  expect(decodeError(reverted("StaleRound", [version, 4n, 5n]))).toBe(
    `StaleRound (versionId ${version}, roundId 4, lastRound 5): This round, or a later one, has been applied to the version already.`,
  );
});

test("behavior: the name alone is for programs, and absent when nothing reverted", () => {
  const owner = "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0";
  expect(revertName(reverted("NotModelOwner", [7n, owner]))).toBe("NotModelOwner");
  expect(revertName(new BaseError("HTTP request failed."))).toBeUndefined();
  expect(revertName(new Error("x"))).toBeUndefined();
});

test("behavior: whatever else failed is one line", () => {
  expect(decodeError(new BaseError("HTTP request failed.", { details: "fetch failed" }))).toBe("HTTP request failed.");
  expect(decodeError(new Error("first\nsecond"))).toBe("first");
  expect(decodeError("odd")).toBe("odd");
});
