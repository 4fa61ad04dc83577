import { erc20Abi, formatUnits, type PublicClient } from "viem";
import { assayVaultAbi, type Deployment } from "../sdk/index.ts";
import { readSeat } from "./readSeat.ts";
import type { SeatCall } from "./seatCall.ts";

/** Where a seat is on its way out. */
export type ExitStep =
  | { readonly kind: "call"; readonly call: SeatCall; readonly owner: `0x${string}`; readonly says: string }
  | {
      readonly kind: "wait";
      /** Unix seconds of the chain's clock. */
      readonly unlocksAt: number;
      readonly says: string;
    }
  | { readonly kind: "over"; readonly says: string };

/**
 * What is due on a seat's way out, as the chain has it now.
 * @throws RefusedStart when there is no such seat
 */
export async function nextExitStep(client: PublicClient, deployment: Deployment, seatId: bigint): Promise<ExitStep> {
  const { policyBoard, vault, token } = deployment;
  const seat = await readSeat(client, deployment, seatId);
  const [bond, decimals, block] = await Promise.all([
    client.readContract({ address: vault, abi: assayVaultAbi, functionName: "seatBondOf", args: [seatId] }),
    client.readContract({ address: token, abi: erc20Abi, functionName: "decimals" }),
    client.getBlock(),
  ]);
  const tokens = (amount: bigint) => `${formatUnits(amount, decimals)} tokens`;
  const { owner } = seat;
  const call = (call: SeatCall, says: string): ExitStep => ({ kind: "call", call, owner, says });
  if (seat.leftAt === 0)
    return call(
      { name: "leaveSeat", to: policyBoard, args: [seatId] },
      `1 of 3: leave the board. Rounds that open from then on do without seat ${seatId}; its bond of ${tokens(bond.assets)} stays`,
    );
  const active = bond.assets - bond.unbonding;
  if (active > 0n)
    return call(
      { name: "requestSeatUnbond", to: vault, args: [seatId, active] },
      `2 of 3: ask for the bond of ${tokens(active)}. It can still be taken for what is proven until it is paid out`,
    );
  if (bond.unbonding === 0n)
    return { kind: "over", says: `seat ${seatId} has left and has no bond: nothing is left to do` };
  const due = BigInt(bond.unlocksAt);
  if (block.timestamp < due)
    return {
      kind: "wait",
      unlocksAt: Number(due),
      says: `3 of 3: ${tokens(bond.unbonding)} can be withdrawn from ${new Date(Number(due) * 1_000).toISOString()}, in ${timeLeft(due - block.timestamp)}: come back then`,
    };
  return call(
    { name: "withdrawSeatBond", to: vault, args: [seatId, owner] },
    `3 of 3: withdraw ${tokens(bond.unbonding)} to the owner ${owner}`,
  );
}

const timeLeft = (seconds: bigint): string =>
  seconds >= 172_800n ? `${seconds / 86_400n} days` : seconds >= 7_200n ? `${seconds / 3_600n} hours` : `${seconds} s`;
