import type { Hex } from "./hex.ts";
import { ceilDiv, max, min } from "./integers.ts";
import { keccakWords } from "./keccak.ts";
import type { Policy } from "./policy.ts";

type CommitteeRule = Pick<Policy, "committeeSize" | "quorum">;
type ShardRule = Pick<Policy, "committeeSize" | "shards">;

/** Members of a committee out of `seatCount` seats. */
export function memberCount(seatCount: bigint, policy: Pick<Policy, "committeeSize">): bigint {
  return min(policy.committeeSize, seatCount);
}

/** Committees of a round: as many as the policy asks for and whole committees fit into the seats, at least one. */
export function shardCount(seatCount: bigint, policy: ShardRule): bigint {
  return max(1n, min(policy.shards, seatCount / policy.committeeSize));
}

/**
 * The committees of a round as bitmaps over seats, one a shard, disjoint: consecutive runs of k seats of a Fisher–Yates shuffle from
 * the end. Twin of contracts/libraries/CommitteeLib.sol (committeesOf).
 * @param seed The round's seed.
 * @param seatCount At most 256.
 */
export function committeesOf(seed: Hex, seatCount: bigint, policy: ShardRule): bigint[] {
  const members = Number(memberCount(seatCount, policy));
  const shards = Number(shardCount(seatCount, policy));
  const drawn = drawnSeats(seed, seatCount, members * shards);
  return Array.from({ length: shards }, (_, shard) =>
    drawn.slice(shard * members, (shard + 1) * members).reduce((committee, seat) => committee | (1n << seat), 0n),
  );
}

/** The first `count` seats of a Fisher–Yates shuffle from the end. */
export function drawnSeats(seed: Hex, seatCount: bigint, count: number): bigint[] {
  const moved = new Map<bigint, bigint>();
  const seatAt = (place: bigint) => moved.get(place) ?? place;
  return Array.from({ length: count }, (_, done) => {
    const last = seatCount - 1n - BigInt(done);
    const drawn = BigInt(keccakWords(seed, last)) % (last + 1n);
    const seat = seatAt(drawn);
    moved.set(drawn, seatAt(last));
    return seat;
  });
}

/**
 * The committee that measures a version: nobody chooses it. Twin of contracts/libraries/CommitteeLib.sol (shardOf).
 * @param seed The round's seed.
 */
export function shardOf(versionId: Hex, seed: Hex, shards: bigint): bigint {
  return shards === 1n ? 0n : BigInt(keccakWords(versionId, seed)) % shards;
}

/** Hex digits of an address. */
const addressDigits = 40;

/** The keys of a sealed list (20 bytes each), in the order of their places. */
export function keysOfList(signers: Hex): Hex[] {
  const digits = signers.slice(2);
  return Array.from({ length: digits.length / addressDigits }, (_, place): Hex => {
    return `0x${digits.slice(place * addressDigits, (place + 1) * addressDigits)}`;
  });
}

/** Seats in a committee's (or signers') bitmap, lowest first. */
export function seatsOf(bitmap: bigint): number[] {
  const seats: number[] = [];
  for (let seat = 0; bitmap >> BigInt(seat) !== 0n; seat += 1) {
    if ((bitmap >> BigInt(seat)) & 1n) seats.push(seat);
  }
  return seats;
}

/**
 * The signers of a shard's batch as bits of the round's `participated`: place = shard·committeeSize + index among the committee's
 * seats, lowest first. Twin of contracts/libraries/CommitteeLib.sol (placesOf).
 * @param signers A subset of `committee`.
 */
export function placesOf(
  signers: bigint,
  committee: bigint,
  shard: bigint,
  policy: Pick<Policy, "committeeSize">,
): bigint {
  const first = shard * policy.committeeSize;
  return seatsOf(committee).reduce(
    (places, seat, index) => places | (((signers >> BigInt(seat)) & 1n) << (first + BigInt(index))),
    0n,
  );
}

/** Signatures a result needs: ⌈k·quorum/committeeSize⌉ of k members. Twin of CommitteeLib.sol. */
export function signersNeeded(members: bigint, policy: CommitteeRule): bigint {
  return ceilDiv(members * policy.quorum, policy.committeeSize);
}

/** Signatures a failing result needs: at least two thirds of the members. Twin of CommitteeLib.sol. */
export function signersNeededToFail(members: bigint, policy: CommitteeRule): bigint {
  return max(signersNeeded(members, policy), ceilDiv(2n * members, 3n));
}
