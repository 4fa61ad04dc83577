/** Results of benchmarks: what three evaluators of the standard profile would give a model. */
import { packResult } from "../../domain/result.ts";
import type { ResultEntry } from "../../domain/typedData.ts";
import { digestOf, labelOf } from "./GasSystem.ts";

/** Result word with the same score in every family. */
const wordOf = (bps: bigint) =>
  packResult({
    scores: [bps, bps, bps, bps, bps, bps, bps],
    items: 600n,
    attempts: 1_500n,
    retries: 0n,
    hardFailures: 0n,
    flags: 0x7fn,
  });
export const good = wordOf(9_950n);
/** Far below every slash floor. */
export const bad = wordOf(1_000n);

/** A result of a model's first version. */
export const entryOf = (modelId: bigint, word: bigint): ResultEntry => ({
  modelId,
  digest: digestOf(labelOf(modelId)),
  word,
});
