import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import config from "../../hardhat.config.ts";
import { type CompilerInput, compileTrees } from "./compiler.ts";
import { childList, type SyntaxNode, textField } from "./syntaxTree.ts";

/** The contract that puts the libraries beside their TypeScript twins. */
export const harnessFile = "test/contracts/harness/RulesHarness.sol";

/** Everything a run needs to know of the project, read once: later changes on disk change nothing. */
export interface Project {
  readonly root: string;
  readonly input: CompilerInput;
  /** Syntax trees of `contracts/**`, by path from the root. */
  readonly contracts: ReadonlyMap<string, SyntaxNode>;
  /** Contracts, test files and the harness → all sources that each is made of. */
  readonly closures: ReadonlyMap<string, readonly string[]>;
}

/** How Hardhat names a file of the project to the compiler. */
export function sourceName(file: string): string {
  return `project/${file}`;
}

export function contentOf({ input }: Pick<Project, "input">, file: string): string {
  const source = input.sources[sourceName(file)];
  if (source === undefined) throw new RangeError(`${file} is no source of the project`);
  return source.content;
}

function solidityFiles(root: string, directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sol"))
    .map((file) => `${directory}/${file}`)
    .sort();
}

async function readInput(root: string, files: readonly string[]): Promise<CompilerInput> {
  const hre = await createHardhatRuntimeEnvironment(config, {}, root);
  const roots = files.map((file) => join(root, file));
  const jobs = await hre.solidity.getCompilationJobs(roots, { quiet: true, force: true });
  if (!jobs.success) throw new Error(`Hardhat refuses the sources: ${jobs.reason}`);
  const inputs = await Promise.all(
    [...new Set([...jobs.compilationJobsPerFile.values()])].map((job) => job.getSolcInput()),
  );
  const settings = inputs[0]?.settings;
  return {
    sources: Object.assign({}, ...inputs.map(({ sources }) => sources)),
    remappings: [...new Set(inputs.flatMap((input) => input.settings.remappings ?? []))],
    ...(settings?.evmVersion === undefined ? {} : { evmVersion: settings.evmVersion }),
  };
}

function closureOf(source: string, trees: ReadonlyMap<string, SyntaxNode>): string[] {
  const found = new Set([source]);
  // Grows while it is walked; each source enters once.
  for (const next of found) {
    const tree = trees.get(next);
    if (tree === undefined) continue;
    for (const node of childList(tree, "nodes")) {
      if (node.nodeType === "ImportDirective") found.add(textField(node, "absolutePath"));
    }
  }
  return [...found].sort();
}

/** @throws CompileError when the project as it is does not compile. */
export async function readProject(root: string): Promise<Project> {
  const contracts = solidityFiles(root, "contracts");
  const tests = solidityFiles(root, "test/contracts").filter((file) => file.endsWith(".t.sol") || file === harnessFile);
  const input = await readInput(root, [...contracts, ...tests]);
  const trees = compileTrees(input);
  const byPath = new Map([...trees].map(([source, tree]) => [relative("project", source), tree]));
  return {
    root,
    input,
    contracts: new Map(
      contracts.flatMap((file) => {
        const tree = byPath.get(file);
        return tree === undefined ? [] : [[file, tree]];
      }),
    ),
    closures: new Map([...contracts, ...tests].map((file) => [file, closureOf(sourceName(file), trees)])),
  };
}

/** The input cut down to what one or several files are made of. */
export function inputOf(project: Pick<Project, "input" | "closures">, files: readonly string[]): CompilerInput {
  const wanted = new Set(files.flatMap((file) => project.closures.get(file) ?? []));
  const { sources } = project.input;
  return {
    ...project.input,
    sources: Object.fromEntries(Object.entries(sources).filter(([source]) => wanted.has(source))),
  };
}
