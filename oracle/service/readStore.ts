import { EvaluationError } from "../../evaluation/evaluationError.ts";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import { openStore } from "../../evaluation/store/openStore.ts";
import { RefusedStart } from "./refusedStart.ts";

/** @throws RefusedStart when evidence could not be put there */
export async function readStore(place: string, env: Readonly<Record<string, string | undefined>>): Promise<BlobStore> {
  try {
    const store = openStore(place, env);
    await store.check();
    return store;
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}
