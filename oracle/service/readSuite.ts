import { EvaluationError } from "../../evaluation/evaluationError.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { loadPack, loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import { RefusedStart } from "./refusedStart.ts";

export interface OpenedSuite {
  readonly suite: Suite;
  readonly packs: readonly Pack[];
}

export interface SuiteFiles {
  /** The shipped standard one without. */
  readonly suite?: string | undefined;
  readonly packs: readonly string[];
}

/** @throws RefusedStart when suite or packs are not what they must be, or a pack is missing */
export async function readSuite({ suite: file, packs: files }: SuiteFiles): Promise<OpenedSuite> {
  try {
    const packs = await Promise.all(files.map(loadPack));
    return { suite: await loadSuite(file, packs), packs };
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}
