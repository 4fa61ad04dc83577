import type { Command } from "commander";
import { loadSuite, suiteHash } from "../evaluation/suite/suite.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Example:
  assay suite check evaluation/suites/standard.json`;

export function addSuiteCommand(program: Command, { stdout }: Surroundings, finish: Finish): void {
  const suite = program.command("suite").description("work with suite files");
  suite
    .command("check")
    .description("validate a suite and print its content hash")
    .argument("<file>", "suite file")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (file: string, { json }: { json?: true }) => {
      const checked = await loadSuite(file);
      const { name, version } = checked;
      const hash = suiteHash(checked);
      stdout(json ? `${JSON.stringify({ ok: true, name, version, hash })}\n` : `${name} version ${version}\n${hash}\n`);
      finish(exitCode.done);
    });
}
