import type { Address } from "viem";
import type { ChainFold } from "./chainFold.ts";

/** Who does first what any node may do: it moves by one place with every number, so that nobody always pays. */
export interface PlaceInLine {
  /** This node's place, from 0. @param number Of what is to be done: a round's, a dispute's. */
  of(number: bigint): Promise<bigint>;
}

/** By its place on the list of seats; a key that is not on it (yet) comes last. */
export function createPlaceInLine(fold: Pick<ChainFold, "place">, own: Address, seatId: bigint): PlaceInLine {
  return {
    async of(number) {
      const list = await fold.place(own);
      if (!list) return seatId;
      if (list.place === undefined) return BigInt(list.seats);
      return (BigInt(list.place) + number) % BigInt(list.seats);
    },
  };
}
