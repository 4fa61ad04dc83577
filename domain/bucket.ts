import { saturatingSub } from "./integers.ts";
import type { Policy } from "./policy.ts";

/** The global bucket: stake frozen that has not leaked out, in the token's smallest unit, as of `updatedAt` (unix seconds). */
export interface Bucket {
  readonly level: bigint;
  readonly updatedAt: bigint;
}

type BucketRule = Pick<Policy, "bucketBps" | "bucketPeriod">;

/** Stake of all models that can be frozen at once, rounded down. Twin of contracts/libraries/BucketLib.sol (capacityDown). */
export function bucketCapacityDown(tokensHeld: bigint, policy: BucketRule): bigint {
  return (tokensHeld * policy.bucketBps) / 10_000n;
}

/** The level after leaking a whole capacity per period, linearly. Twin of contracts/libraries/BucketLib.sol (levelAt). */
export function bucketLevel(bucket: Bucket, capacity: bigint, now: bigint, policy: BucketRule): bigint {
  return saturatingSub(bucket.level, (capacity * saturatingSub(now, bucket.updatedAt)) / policy.bucketPeriod);
}

/** What the bucket has room for. */
export function bucketRoom(bucket: Bucket, capacity: bigint, now: bigint, policy: BucketRule): bigint {
  return saturatingSub(capacity, bucketLevel(bucket, capacity, now, policy));
}
