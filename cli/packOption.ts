import { Option } from "commander";
import type { Pack } from "../evaluation/suite/pack.ts";
import { loadPack } from "../evaluation/suite/suite.ts";

/** `--pack <file>`, as often as there are private packs. */
export function packOption(): Option {
  return new Option("--pack <file>", "opened private pack that the suite commits to; repeatable")
    .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
    .default([], "none");
}

/** @throws SuiteError */
export function loadPacks(files: readonly string[]): Promise<Pack[]> {
  return Promise.all(files.map(loadPack));
}
