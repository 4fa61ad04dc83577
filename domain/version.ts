import type { Hex } from "./hex.ts";
import { keccakWords } from "./keccak.ts";

/** Identity of a version of a model: keccak256(abi.encode(modelId, digest)). Twin of IAssay.versionIdOf. */
export function versionIdOf(modelId: bigint, digest: Hex): Hex {
  return keccakWords(modelId, digest);
}
