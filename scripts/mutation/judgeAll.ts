import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChildProcess } from "./ChildProcess.ts";
import type { Mutant } from "./Mutant.ts";
import type { Setup } from "./messages.ts";
import type { Project } from "./Project.ts";
import type { Ranking } from "./Ranking.ts";
import { switchProject } from "./SwitchedProject.ts";
import { judgeAlone, TestBench, type Tools } from "./TestBench.ts";
import type { Outcome } from "./Verdict.ts";

/** With more of them the code of a build gets so large that handling it costs more than another build. */
const mutantsPerBuild = 2_500;

interface Context {
  readonly project: Project;
  readonly tools: Tools;
  readonly ranking: Ranking;
  /** Of each fuzz test. */
  readonly runs: number;
  /** The file of recorded calls. */
  readonly twinCalls: string;
}

interface Options {
  /** At a time. */
  readonly jobs: number;
  /** Called with each mutant as soon as its verdict is there. */
  readonly done: (mutant: Mutant, outcome: Outcome) => void;
}

/** Whole files, as many as a build may hold; in each the mutants in the order given. */
function builds(mutants: readonly Mutant[]): Mutant[][] {
  const files: { names: Set<string>; count: number }[] = [];
  for (const [file, { length }] of Map.groupBy(mutants, (mutant) => mutant.file)) {
    const last = files.at(-1);
    if (last === undefined || last.count + length > mutantsPerBuild) {
      files.push({ names: new Set([file]), count: length });
    } else {
      last.names.add(file);
      last.count += length;
    }
  }
  return files.map(({ names }) => mutants.filter(({ file }) => names.has(file)));
}

/** @throws BaselineError when a test fails without any mutant. */
export async function judgeAll(context: Context, mutants: readonly Mutant[], options: Options): Promise<void> {
  const left: Mutant[] = [];
  for (const some of builds(mutants)) left.push(...(await judgeBuild(context, some, options)));
  for (const mutant of left) options.done(mutant, await judgeAlone(context.project, mutant, context));
}

/** Answers with the mutants that need a build of their own. */
async function judgeBuild({ project, tools, ranking, ...how }: Context, mutants: readonly Mutant[], options: Options) {
  const { suites, harness, ...build } = switchProject(project, mutants);
  const bench = await TestBench.open({ ...build, suites, harness }, tools, ranking);
  const directory = mkdtempSync(join(tmpdir(), "assay-mutation-"));
  const clear = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", clear);
  const setupFile = join(directory, "setup.json");
  const setup: Setup = {
    root: project.root,
    ...how,
    harness,
    suites: suites.map((suite) => ({ ...suite, tests: [...suite.tests] })),
  };
  writeFileSync(setupFile, JSON.stringify(setup));
  // One queue: whoever is free takes the next.
  const queue = build.mutants.values();
  const work = async () => {
    const child = new ChildProcess(setupFile);
    try {
      for (const item of queue) options.done(item.mutant, await bench.judge(item, child));
    } finally {
      child.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: options.jobs }, work));
  } finally {
    clear();
    process.off("exit", clear);
  }
  return build.left;
}
