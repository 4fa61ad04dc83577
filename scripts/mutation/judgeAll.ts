import type { Mutant } from "./Mutant.ts";
import type { Project } from "./Project.ts";
import type { Ranking } from "./Ranking.ts";
import { switchProject } from "./SwitchedProject.ts";
import { judgeAlone, TestBench, type Tools } from "./TestBench.ts";
import type { Outcome } from "./Verdict.ts";

/** With more of them the code of a build gets so large that handling it costs more than another build. */
const mutantsPerBuild = 1_200;

interface Context {
  readonly project: Project;
  readonly tools: Tools;
  readonly ranking: Ranking;
}

interface Options {
  /** At a time. */
  readonly jobs: number;
  /** Called with each mutant as soon as its verdict is there. */
  readonly done: (mutant: Mutant, outcome: Outcome) => void;
}

/** Whole files, as many as a build may hold. */
function builds(mutants: readonly Mutant[]): Mutant[][] {
  const found: Mutant[][] = [];
  for (const ofFile of Map.groupBy(mutants, ({ file }) => file).values()) {
    const last = found.at(-1);
    if (last === undefined || last.length + ofFile.length > mutantsPerBuild) found.push([...ofFile]);
    else last.push(...ofFile);
  }
  return found;
}

/** @throws BaselineError when a test fails without any mutant. */
export async function judgeAll(context: Context, mutants: readonly Mutant[], options: Options): Promise<void> {
  const left: Mutant[] = [];
  for (const some of builds(mutants)) left.push(...(await judgeBuild(context, some, options)));
  for (const mutant of left) options.done(mutant, await judgeAlone(context.project, mutant, context));
}

/** Answers with the mutants that need a build of their own. */
async function judgeBuild({ project, tools, ranking }: Context, mutants: readonly Mutant[], { jobs, done }: Options) {
  const build = switchProject(project, mutants);
  const bench = await TestBench.open(build, tools, ranking);
  // One queue: whoever is free takes the next.
  const queue = build.mutants.values();
  const work = async () => {
    for (const item of queue) done(item.mutant, await bench.judge(item));
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return build.left;
}
