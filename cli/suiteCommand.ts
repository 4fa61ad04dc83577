import { readFile, writeFile } from "node:fs/promises";
import { parse } from "node:path";
import type { Command } from "commander";
import { commitmentTo } from "../evaluation/suite/pack.ts";
import { privatePack } from "../evaluation/suite/privatePack.ts";
import { importPromptfoo } from "../evaluation/suite/promptfoo/importPromptfoo.ts";
import { suiteOfCases } from "../evaluation/suite/promptfoo/suiteOfCases.ts";
import { loadPack, loadSuite, publicSuite, SuiteError } from "../evaluation/suite/suite.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import { checkSuite } from "./suiteCheck.ts";
import { suiteTable } from "./suiteTable.ts";
import type { Surroundings } from "./surroundings.ts";

const checkExample = `
Examples:
  assay suite check evaluation/suites/standard.json
  assay suite check suite.json --pack private.json --json`;

const importExample = `
Example:
  assay suite import promptfooconfig.yaml --out suite.json
  assay evaluate https://models.example.org/v1 --model small-1 --suite suite.json`;

const commitExample = `
Examples:
  assay suite commit pack.json --out secret.json   # the line it prints goes into "packs" of the public suite
  assay suite check suite.json --pack secret.json  # later, with the opened pack`;

export function addSuiteCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const suite = program.command("suite").description("work with suite files");
  addCheckCommand(suite, surroundings, finish);
  addCommitCommand(suite, surroundings, finish);
  addImportCommand(suite, surroundings, finish);
  addHashCommand(suite, surroundings, finish);
}

function addCheckCommand(suite: Command, { stdout }: Surroundings, finish: Finish): void {
  suite
    .command("check")
    .description("validate a suite; print its hash, what it asks and what looks wrong")
    .argument("<file>", "suite file")
    .addOption(packOption())
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", checkExample)
    .action(async (file: string, { json, pack }: { json?: true; pack: readonly string[] }) => {
      const checked = checkSuite(await loadSuite(file, await loadPacks(pack)));
      stdout(json ? `${JSON.stringify(checked, bigintAsText)}\n` : suiteTable(checked));
      finish(exitCode.done);
    });
}

function addCommitCommand(suite: Command, { stdout }: Surroundings, finish: Finish): void {
  suite
    .command("commit")
    .description("make a pack private: write it with a random number in it, print what the public suite names it by")
    .argument("<pack>", "pack file; a pack that is private already is only looked at")
    .option("--out <file>", "where the private pack goes; keep it, and publish it after use")
    .addHelpText("after", commitExample)
    .action(async (file: string, { out }: { out?: string }) => {
      const pack = await loadPack(file);
      if (pack.nonce === undefined && out === undefined) {
        throw new UsageError(`${file} is public; name with --out where its private copy shall go`);
      }
      const committed = privatePack(pack);
      // Only for who runs this: whoever reads the file knows the probes.
      if (out !== undefined) await writeNew(out, `${JSON.stringify(committed, null, 2)}\n`, 0o600);
      stdout(`${JSON.stringify(commitmentTo(committed))}\n`);
      finish(exitCode.done);
    });
}

function addHashCommand(suite: Command, { stdout }: Surroundings, finish: Finish): void {
  suite
    .command("hash")
    .description("print what a suite names a pack file by")
    .argument("<pack>", "pack file, as the suite will name it: relative to the suite's folder")
    .addHelpText("after", "\nExample:\n  assay suite hash packs/home.json")
    .action(async (file: string) => {
      stdout(`${JSON.stringify({ file, sha256: commitmentTo(await loadPack(file)).sha256 })}\n`);
      finish(exitCode.done);
    });
}

function addImportCommand(suite: Command, { stdout, stderr }: Surroundings, finish: Finish): void {
  suite
    .command("import")
    .description(
      "make a suite of a promptfoo file with deterministic assertions; what needs a model or code is refused by name",
    )
    .argument("<file>", "promptfoo YAML")
    .option("--out <file>", "where the suite goes (default: stdout)")
    .addHelpText("after", importExample)
    .action(async (file: string, { out }: { out?: string }) => {
      const { cases, notes } = importPromptfoo(await readFile(file, "utf8"), file);
      const imported = await suiteOfCases(parse(file).name, cases);
      const text = `${JSON.stringify(publicSuite(imported), null, 2)}\n`;
      if (out === undefined) stdout(text);
      else await writeNew(out, text);
      const varying = cases.filter(({ request }) => request !== undefined).length;
      stderr(`${cases.length} cases; ${varying} with a request that family P can vary\n`);
      for (const note of notes) stderr(`note: ${note}\n`);
      finish(exitCode.done);
    });
}

/** Nothing that is there is overwritten. */
async function writeNew(file: string, text: string, mode = 0o644): Promise<void> {
  await writeFile(file, text, { flag: "wx", mode }).catch((cause: unknown) => {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw exists ? new SuiteError(`${file} exists already; name another file with --out`, { cause }) : cause;
  });
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
