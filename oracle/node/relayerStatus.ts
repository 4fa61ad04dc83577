import { formatEther } from "viem";
import type { RelayStatus } from "./transactions.ts";

/** The relaying key and what it is about to send. */
export type RelayerStatus = Omit<RelayStatus, "balance"> & {
  /** In whole coins of the chain (ETH), when it last was asked for. */
  readonly balance: string | undefined;
};

export const relayerStatus = ({ balance, ...rest }: RelayStatus): RelayerStatus => ({
  ...rest,
  balance: balance === undefined ? undefined : formatEther(balance),
});
