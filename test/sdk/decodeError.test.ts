import { type Abi, BaseError, ContractFunctionRevertedError, encodeErrorResult } from "viem";
import { expect, test } from "vitest";
import { assayAbi, decodeError, revertName } from "../../sdk/index.ts";

type ErrorName = "StaleRound" | "NotModelOwner" | "WrongSignature" | "FamiliesNotMeasured" | "NoSuchEntry";

/** What viem throws when a call of the Assay contract reverts with this error. */
function reverted(errorName: ErrorName, args: readonly unknown[]): BaseError {
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

test("behavior: two contracts' errors of one name are told apart", () => {
  const [seat, one, other] = [3n, `0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`];
  expect(decodeError(reverted("WrongSignature", [seat, one, other]))).toMatch(
    /: The signature at this seat was not made by/,
  );
  expect(decodeError(reverted("FamiliesNotMeasured", [`0x${"ab".repeat(32)}`, 2n]))).toMatch(
    /: The result leaves out families that the round's policy has floors for \(bitmap\)\.$/,
  );
});

test("behavior: the name alone is for programs, and absent when nothing reverted", () => {
  const owner = "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0";
  expect(revertName(reverted("NotModelOwner", [7n, owner]))).toBe("NotModelOwner");
  expect(revertName(new BaseError("HTTP request failed."))).toBeUndefined();
  expect(revertName(new Error("x"))).toBeUndefined();
});

test("behavior: a number beyond all ranges is said in words", () => {
  const overflow = `0x4e487b71${"00".repeat(31)}11` as const;
  const cause = new ContractFunctionRevertedError({ abi: assayAbi as Abi, data: overflow, functionName: "closesAt" });
  expect(decodeError(new BaseError("The contract function reverted.", { cause }))).toBe(
    "Arithmetic operation resulted in underflow or overflow.",
  );
});

test("behavior: whatever else failed is one line", () => {
  expect(decodeError(new BaseError("HTTP request failed.", { details: "fetch failed" }))).toBe("HTTP request failed.");
  expect(decodeError(new Error("first\nsecond"))).toBe("first");
  expect(decodeError("odd")).toBe("odd");
});
