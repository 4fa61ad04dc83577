import { z } from "zod";
import { type LogEntry, logKinds, type ResultLog } from "../../domain/resultLog.ts";
import { emptyStake } from "../../domain/stake.ts";
import { amount, hex, nodes, time } from "./shapes.ts";

const stakeShape = z.object({
  bond: amount,
  unbondingBond: amount,
  bondUnlocksAt: time,
  openFreezes: z.number().transform(BigInt),
  streaming: z.boolean(),
  delegated: amount,
  shares: amount,
  heldUntil: time,
  unbondingAssets: amount,
  unbondingShares: amount,
  lossEpochStart: time,
  lossInEpoch: amount,
});

/** The fields of a version's log, as GraphQL answers them. */
export const logFields =
  "memoryBefore until entries { kind roundId appliedAt policyPointer versionId word batchDigest }";

export const logShape = z.object({
  memoryBefore: amount,
  until: time,
  entries: z.array(
    z.object({
      kind: z.enum(["result", "carried", "inherited", "nothing", "discredited"]),
      roundId: amount,
      appliedAt: time,
      policyPointer: hex,
      versionId: hex,
      word: amount,
      batchDigest: hex,
    }),
  ),
});

/** A log as the rules know it. */
export function logOf({ memoryBefore, entries }: z.infer<typeof logShape>): ResultLog {
  return { memoryBefore, entries: entries.map((entry): LogEntry => ({ ...entry, kind: logKinds[entry.kind] })) };
}

/** What of a model is folded from events, its admission apart. */
export const modelShape = z.object({
  model: z.object({
    owner: hex,
    lane: z.enum(["experimental", "standard"]),
    stake: stakeShape,
    feeStream: z.object({ amount, streamed: amount, updatedAt: time, endsAt: time }).nullable(),
    paidThrough: amount.nullable(),
    retirement: z.object({ servedUntil: time, evaluatedUntil: time, liableUntil: time, recordUntil: time }).nullable(),
    positions: nodes(
      z.object({
        account: hex,
        shares: amount,
        unbondingShares: amount,
        unlocksAt: time,
        assets: amount,
        unbondingAssets: amount,
      }),
    ),
    currentVersion: z.object({ id: hex }),
    versions: nodes(z.object({ id: hex, memory: z.object({ word: amount }), log: logShape.nullable() })),
  }),
});

export type AnsweredModel = z.infer<typeof modelShape>["model"];

export const modelQuery = `query ($id: BigInt!) { model(id: $id) {
  owner lane currentVersion { id }
  stake { ${Object.keys(emptyStake).join(" ")} }
  feeStream { amount streamed updatedAt endsAt }
  paidThrough
  retirement { servedUntil evaluatedUntil liableUntil recordUntil }
  positions { nodes { account shares unbondingShares unlocksAt assets unbondingAssets } }
  versions { nodes { id memory { word } log { ${logFields} } } }
} }`;
