import { EvaluationError } from "../../evaluation/evaluationError.ts";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import { openStore } from "../../evaluation/store/openStore.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { loadPack, loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import type { NodeConfig } from "./nodeConfig.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface OpenedSuite {
  readonly suite: Suite;
  readonly packs: readonly Pack[];
}

/** @throws RefusedStart when suite or packs are not what they must be, or a pack is missing */
export async function readSuite({
  suite: file,
  packs: files,
}: Pick<NodeConfig, "suite" | "packs">): Promise<OpenedSuite> {
  try {
    const packs = await Promise.all(files.map(loadPack));
    return { suite: await loadSuite(file, packs), packs };
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}

/** @throws RefusedStart when evidence could not be put there */
export async function readStore(place: string | undefined, env: Env): Promise<BlobStore | undefined> {
  if (place === undefined) return undefined;
  try {
    const store = openStore(place, env);
    await store.check();
    return store;
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}

/** Stores that evidence is only read from: nothing is asked of them yet. @throws RefusedStart when a place lacks something */
export function readEvidencePlaces(places: readonly string[], env: Env): BlobStore[] {
  try {
    return places.map((place) => openStore(place, env));
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}
