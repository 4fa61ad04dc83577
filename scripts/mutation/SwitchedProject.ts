import { getCoverageLibrary } from "@nomicfoundation/edr/coverage";
import { type Blame, CompileError, type CompilerInput, compileCode } from "./compiler.ts";
import type { Mutant } from "./Mutant.ts";
import { contentOf, harnessFile, inputOf, type Project, sourceName } from "./Project.ts";
import { type Suite, suitesOf } from "./SolidityTests.ts";
import { type Numbered, type SwitchedFile, withSwitches } from "./switches.ts";

/** Each attempt drops what the compiler blamed in the one before. */
const attempts = 20;

/** Tests and harness, compiled once with many mutants inside, one of which is chosen at a time. */
export interface SwitchedProject {
  readonly mutants: readonly Numbered[];
  /** Where each mutant lies, as the traced original reports it; not known of values outside functions. */
  readonly sites: ReadonlyMap<number, number>;
  readonly suites: readonly Suite[];
  /** Code of the harness as it is once deployed; empty where it is not concerned. */
  readonly harness: string;
  /** Mutants that need a build of their own. */
  readonly left: readonly Mutant[];
}

type Files = ReadonlyMap<string, SwitchedFile>;

function switchFiles(project: Project, mutants: readonly Numbered[]): Files {
  const byFile = Map.groupBy(mutants, ({ mutant }) => mutant.file);
  return new Map(
    [...byFile].flatMap(([file, ofFile]) => {
      const tree = project.contracts.get(file);
      return tree === undefined ? [] : [[file, withSwitches(contentOf(project, file), tree, ofFile)]];
    }),
  );
}

/**
 * Wordings that the compiler points at; where the name of a constant stands, the constant's own. Anywhere else, such as at a result
 * that one of them leaves without a value, all of the function behind it.
 */
function blamed(files: Files, input: CompilerInput, { file, start, end }: Blame): number[] {
  const switched = [...files].find(([path]) => sourceName(path) === file)?.[1];
  if (switched === undefined) return [];
  const { wordings, scopes } = switched;
  const name = Buffer.from(input.sources[file]?.content ?? "").toString("utf8", start, end);
  const own = scopes.get(name);
  if (own !== undefined) return [...own];
  const touched = wordings.filter(({ range }) => range.start < end && start < range.end);
  if (touched.length > 0) return touched.map(({ number }) => number);
  const next = wordings.find(({ range }) => range.start >= end);
  return [...scopes.values()].flatMap((inside) => (next !== undefined && inside.includes(next.number) ? inside : []));
}

function inputWith(project: Project, files: Files): CompilerInput {
  const library = getCoverageLibrary();
  const sources = { ...project.input.sources, [library.filename]: { content: library.content } };
  for (const [file, { content }] of files) sources[sourceName(file)] = { content };
  return { ...project.input, sources };
}

/** Test files and harness, where one of the files is part of them. */
export function concerned(project: Pick<Project, "closures">, files: readonly string[]): string[] {
  const names = new Set(files.map(sourceName));
  return [...project.closures]
    .filter(([file, sources]) => file.startsWith("test/") && sources.some((source) => names.has(source)))
    .map(([file]) => file);
}

interface Code {
  readonly suites: Suite[];
  readonly harness: string;
}

function compileHarness(input: CompilerInput): string {
  const source = sourceName(harnessFile);
  return compileCode(input, [source], true).get(`${source}:RulesHarness`)?.evm.deployedBytecode.object ?? "";
}

/**
 * What of the tests is made of the files, compiled.
 * @throws CompileError
 */
export function compileTests(project: Project, input: CompilerInput, tests: readonly string[]): Code {
  const library = getCoverageLibrary().filename;
  const cut = inputOf({ input, closures: project.closures }, tests);
  const content = input.sources[library];
  const whole = content === undefined ? cut : { ...cut, sources: { ...cut.sources, [library]: content } };
  const files = tests.filter((file) => file !== harnessFile);
  const suites = files.length === 0 ? [] : suitesOf(compileCode(whole, files.map(sourceName)));
  return { suites, harness: tests.includes(harnessFile) ? compileHarness(whole) : "" };
}

/** @throws CompileError when the tests themselves do not compile. */
export function switchProject(project: Project, mutants: readonly Mutant[]): SwitchedProject {
  let held: readonly Numbered[] = mutants.map((mutant, place) => ({ mutant, number: place + 1 }));
  const tests = concerned(project, [...new Set(mutants.map(({ file }) => file))]);
  for (let attempt = 1; ; ++attempt) {
    const files = switchFiles(project, held);
    const input = inputWith(project, files);
    try {
      const left = new Set([...files.values()].flatMap((file) => file.left));
      const inside = held.filter(({ mutant }) => !left.has(mutant));
      const kept = new Set(inside.map(({ mutant }) => mutant));
      return {
        mutants: inside,
        sites: new Map([...files.values()].flatMap(({ sites }) => [...sites])),
        ...compileTests(project, input, tests),
        left: mutants.filter((mutant) => !kept.has(mutant)),
      };
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      const wrong = new Set(error.blames.flatMap((blame) => blamed(files, input, blame)));
      if (wrong.size === 0 || attempt === attempts) throw error;
      held = held.filter(({ number }) => !wrong.has(number));
    }
  }
}
