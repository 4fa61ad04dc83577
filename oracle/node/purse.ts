import { type Address, formatEther, type PublicClient } from "viem";
import type { NodeMetrics } from "./metrics.ts";

/** What the relaying key has to pay gas with. */
export interface Purse {
  /** Asks for the balance: now and then, and every time while it is too little. */
  look(): Promise<void>;
  /** It was not enough. */
  empty(): void;
  canPay(): boolean;
  view(): { readonly balance: bigint | undefined; readonly canPay: boolean };
}

const lookEveryMs = 30_000;

export function createPurse(client: PublicClient, address: Address, { relayerBalance }: NodeMetrics): Purse {
  let balance: bigint | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** A balance that was not enough. */
  let tooLittle: bigint | undefined;

  const canPay = (): boolean =>
    balance === undefined || (balance > 0n && (tooLittle === undefined || balance > tooLittle));

  return {
    async look() {
      const now = performance.now();
      if (now - lookedAt < lookEveryMs && canPay()) return;
      balance = await client.getBalance({ address });
      lookedAt = now;
      relayerBalance.set(Number(formatEther(balance)));
    },
    empty() {
      tooLittle = balance;
    },
    canPay,
    view: () => ({ balance, canPay: canPay() }),
  };
}
