import { parseGwei } from "viem";

/** What a transaction offers for a unit of gas, in wei. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What is asked for at the moment: the base fee of the latest block, and the tip the node suggests. */
export interface GasPrice {
  readonly baseFeePerGas: bigint;
  readonly tip: bigint;
}

export interface FeeCaps {
  readonly maxFeePerGasGwei: number;
  readonly maxPriorityFeePerGasGwei: number;
}

/** The caps in wei. */
export const capsOf = ({ maxFeePerGasGwei, maxPriorityFeePerGasGwei }: FeeCaps): Fees => ({
  maxFeePerGas: parseGwei(maxFeePerGasGwei.toFixed(9)),
  maxPriorityFeePerGas: parseGwei(maxPriorityFeePerGasGwei.toFixed(9)),
});

/**
 * What a new transaction offers: twice the base fee, which is six full blocks of its rise, and the tip on top, within the caps.
 * Undefined when the base fee alone is above the cap: it would not get into a block.
 */
export function firstFees({ baseFeePerGas, tip }: GasPrice, caps: Fees): Fees | undefined {
  if (baseFeePerGas > caps.maxFeePerGas) return undefined;
  const maxPriorityFeePerGas = least(tip, caps.maxPriorityFeePerGas, caps.maxFeePerGas);
  return { maxFeePerGas: least(2n * baseFeePerGas + maxPriorityFeePerGas, caps.maxFeePerGas), maxPriorityFeePerGas };
}

/**
 * What a replacement offers: an eighth more than before on both, as nodes ask, and no less than a new transaction would. Undefined when
 * the caps leave no room for it.
 */
export function higherFees(before: Fees, price: GasPrice, caps: Fees): Fees | undefined {
  const now = firstFees(price, caps) ?? caps;
  const maxPriorityFeePerGas = most(eighthMoreUp(before.maxPriorityFeePerGas), now.maxPriorityFeePerGas);
  const maxFeePerGas = most(eighthMoreUp(before.maxFeePerGas), now.maxFeePerGas, maxPriorityFeePerGas);
  if (maxFeePerGas > caps.maxFeePerGas || maxPriorityFeePerGas > caps.maxPriorityFeePerGas) return undefined;
  return { maxFeePerGas, maxPriorityFeePerGas };
}

const eighthMoreUp = (wei: bigint): bigint => wei + wei / 8n + 1n;
const least = (...values: readonly [bigint, ...bigint[]]): bigint => values.reduce((a, b) => (a < b ? a : b));
const most = (...values: readonly [bigint, ...bigint[]]): bigint => values.reduce((a, b) => (a > b ? a : b));
