import type { Hex } from "./hex.ts";
import { ceilDiv, max, min } from "./integers.ts";
import { keccakWords } from "./keccak.ts";
import type { Policy } from "./policy.ts";

type CommitteeRule = Pick<Policy, "committeeSize" | "quorum">;

/** Members of a committee out of `seatCount` seats. */
export function memberCount(seatCount: bigint, policy: CommitteeRule): bigint {
  return min(policy.committeeSize, seatCount);
}

/**
 * The committee of a round as a bitmap over seats: the last k places of a Fisher–Yates shuffle from the end.
 * Twin of contracts/libraries/CommitteeLib.sol (committeeOf).
 * @param seed The round's seed.
 * @param seatCount At most 256.
 */
export function committeeOf(seed: Hex, seatCount: bigint, policy: CommitteeRule): bigint {
  const moved = new Map<bigint, bigint>();
  const seatAt = (place: bigint) => moved.get(place) ?? place;
  const last = seatCount - memberCount(seatCount, policy);
  let committee = 0n;
  for (let i = seatCount - 1n; i >= last; i -= 1n) {
    const drawn = BigInt(keccakWords(seed, i)) % (i + 1n);
    committee |= 1n << seatAt(drawn);
    moved.set(drawn, seatAt(i));
  }
  return committee;
}

/** Seats in a committee's (or signers') bitmap, lowest first. */
export function seatsOf(bitmap: bigint): number[] {
  const seats: number[] = [];
  for (let seat = 0; bitmap >> BigInt(seat) !== 0n; seat += 1) {
    if ((bitmap >> BigInt(seat)) & 1n) seats.push(seat);
  }
  return seats;
}

/** Signatures a result needs: ⌈k·quorum/committeeSize⌉ of k members. Twin of CommitteeLib.sol. */
export function signersNeeded(members: bigint, policy: CommitteeRule): bigint {
  return ceilDiv(members * policy.quorum, policy.committeeSize);
}

/** Signatures a failing result needs: at least two thirds of the members. Twin of CommitteeLib.sol. */
export function signersNeededToFail(members: bigint, policy: CommitteeRule): bigint {
  return max(signersNeeded(members, policy), ceilDiv(2n * members, 3n));
}
