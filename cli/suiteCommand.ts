import type { Command } from "commander";
import { loadPack, loadSuite } from "../evaluation/suite/suite.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { checkSuite } from "./suiteCheck.ts";
import { suiteTable } from "./suiteTable.ts";
import type { Surroundings } from "./surroundings.ts";

const checkExample = `
Example:
  assay suite check evaluation/suites/standard.json
  assay suite check suite.json --pack private.json --json`;

export function addSuiteCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const suite = program.command("suite").description("work with suite files");
  suite
    .command("check")
    .description("validate a suite; print its hash, what it asks and what looks wrong")
    .argument("<file>", "suite file")
    .option("--pack <file>", "opened private pack the suite commits to; repeatable", collect, [])
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", checkExample)
    .action(async (file: string, { json, pack }: { json?: true; pack: readonly string[] }) => {
      const checked = checkSuite(await loadSuite(file, await Promise.all(pack.map(loadPack))));
      surroundings.stdout(json ? `${JSON.stringify(checked, bigintAsText)}\n` : suiteTable(checked));
      finish(exitCode.done);
    });
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}
