import { encodeAbiParameters, getAbiItem, type Hex, keccak256 } from "viem";
import { z } from "zod";
import { assayVaultAbi } from "../../sdk/index.ts";
import { amount, hex, time } from "./shapes.ts";

/** The fields of a freeze's record, as GraphQL answers them. */
export const freezeFields =
  "versionId roundId fromBond fromDelegations fromUnbonding poolShares waiting frozenAt releasableAt contested standardLane policyPointer model { id }";

/** A freeze's record as whoever moves it shows it to the vault. */
export const freezeShape = z
  .object({
    model: z.object({ id: amount }),
    versionId: hex,
    roundId: amount,
    fromBond: amount,
    fromDelegations: amount,
    fromUnbonding: amount,
    poolShares: amount,
    waiting: amount,
    frozenAt: time,
    releasableAt: time,
    contested: z.boolean(),
    standardLane: z.boolean(),
    policyPointer: hex,
  })
  .transform(({ model, ...record }) => ({ modelId: model.id, ...record }));

/** What the vault keeps of a record. */
export function freezeHash(record: z.infer<typeof freezeShape>): Hex {
  const { inputs } = getAbiItem({ abi: assayVaultAbi, name: "release" });
  return keccak256(encodeAbiParameters(inputs, [record]));
}
