import type { Address, Hex } from "viem";

/** What only the seat's owner may send. */
export type SeatCall =
  | { readonly name: "leaveSeat"; readonly to: Address; readonly args: readonly [bigint] }
  | { readonly name: "rotateSigner"; readonly to: Address; readonly args: readonly [bigint, Address, Hex] }
  | { readonly name: "rotateLink"; readonly to: Address; readonly args: readonly [bigint, Hex] }
  | { readonly name: "requestSeatUnbond"; readonly to: Address; readonly args: readonly [bigint, bigint] }
  | { readonly name: "withdrawSeatBond"; readonly to: Address; readonly args: readonly [bigint, Address] };

/** As a person reads it. */
export const describeCall = ({ name, to, args }: SeatCall): string => `${name}(${args.join(", ")}) to ${to}`;

/** For programs: numbers of 256 bits are text. */
export const callJson = ({ name, to, args }: SeatCall) => ({ name, to, args: args.map(String) });
