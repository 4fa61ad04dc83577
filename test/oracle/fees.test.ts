import fc from "fast-check";
import { BaseError, parseGwei, RpcRequestError } from "viem";
import { describe, expect, test } from "vitest";
import { capsOf, firstFees, higherFees } from "../../oracle/relay/fees.ts";
import { type Refusal, refusalOf } from "../../oracle/relay/refusal.ts";

const caps = capsOf({ maxFeePerGasGwei: 100, maxPriorityFeePerGasGwei: 5 });
const gwei = (amount: number) => parseGwei(`${amount}`);

describe("fees", () => {
  test("default: twice the base fee and the tip", () => {
    expect(firstFees({ baseFeePerGas: gwei(10), tip: gwei(2) }, caps)).toEqual({
      maxFeePerGas: gwei(22),
      maxPriorityFeePerGas: gwei(2),
    });
  });

  test("behavior: within the caps, and none when the base fee is above them", () => {
    expect(firstFees({ baseFeePerGas: gwei(80), tip: gwei(9) }, caps)).toEqual(caps);
    expect(firstFees({ baseFeePerGas: gwei(101), tip: 0n }, caps)).toBeUndefined();
  });

  test("behavior: a replacement offers an eighth more on both, and never more than the caps", () => {
    const amount = fc.bigInt({ min: 0n, max: gwei(200) });
    fc.assert(
      fc.property(amount, amount, amount, (base, tip, later) => {
        const first = firstFees({ baseFeePerGas: base, tip }, caps);
        const next = first && higherFees(first, { baseFeePerGas: later, tip }, caps);
        if (!next) return;
        expect(8n * next.maxFeePerGas).toBeGreaterThan(9n * first.maxFeePerGas - 8n);
        expect(8n * next.maxPriorityFeePerGas).toBeGreaterThan(9n * first.maxPriorityFeePerGas - 8n);
        expect(next.maxFeePerGas).toBeLessThanOrEqual(caps.maxFeePerGas);
        expect(next.maxPriorityFeePerGas).toBeLessThanOrEqual(caps.maxPriorityFeePerGas);
        expect(next.maxPriorityFeePerGas).toBeLessThanOrEqual(next.maxFeePerGas);
      }),
      { seed: 7 },
    );
  });
});

describe("what a refused transaction means", () => {
  test.each<[Refusal, string]>([
    ["known", "already known"],
    ["known", "AlreadyKnown"],
    ["known", "Known transaction: 0x12. It is already in the mempool"],
    ["reverted", "VM Exception while processing transaction: reverted with custom error 'StaleRound(1)'"],
    ["nonceUsed", "nonce too low: next nonce 5, tx nonce 4"],
    ["nonceUsed", "OldNonce"],
    ["nonceUsed", "Nonce too low. Expected nonce to be 5 but got 4."],
    ["nonceGap", "Nonce too high. Expected nonce to be 5 but got 6."],
    ["underpriced", "replacement transaction underpriced"],
    ["underpriced", "transaction underpriced: gas tip cap 1, minimum needed 25000000000"],
    ["underpriced", "max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1, baseFee: 7"],
    ["underpriced", "FeeTooLow, MaxFeePerGas too low."],
    ["noFunds", "insufficient funds for gas * price + value: balance 0, tx cost 1"],
    ["noFunds", "Sender doesn't have enough funds to send tx."],
    ["refused", "exceeds block gas limit"],
  ])("default: %s: %s", (refusal, message) => {
    const error = new RpcRequestError({ body: {}, error: { code: -32_000, message }, url: "rpc" });
    expect(refusalOf(new BaseError("failed", { cause: error }))).toBe(refusal);
  });

  test("behavior: no answer says nothing", () => {
    expect(refusalOf(new BaseError("HTTP request failed."))).toBe("unreachable");
    expect(refusalOf(new TypeError("fetch failed"))).toBe("unreachable");
  });
});
