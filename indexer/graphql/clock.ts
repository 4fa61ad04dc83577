import { epochStart } from "../../domain/admission.ts";
import type { Deployment } from "../../sdk/deployment.ts";

/** Epochs after its own for which a round can be posted to (contracts/libraries/EpochLib.sol). */
const postingEpochs = 2n;

/** When a round can no longer be posted to (unix seconds). */
export function closesAt(roundId: bigint, { genesis, epochLength }: Deployment): bigint {
  return epochStart(roundId + 1n + postingEpochs, BigInt(genesis), BigInt(epochLength));
}
