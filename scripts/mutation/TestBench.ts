import type { ChildProcess } from "./ChildProcess.ts";
import { CompileError, compileTrees } from "./compiler.ts";
import type { Mutant } from "./Mutant.ts";
import { applyMutant } from "./mutantsOf.ts";
import { contentOf, harnessFile, inputOf, type Project, sourceName } from "./Project.ts";
import type { Question } from "./Question.ts";
import type { Ranking } from "./Ranking.ts";
import type { FailedTest, SolidityTests, Suite } from "./SolidityTests.ts";
import { compileTests, concerned, type SwitchedProject } from "./SwitchedProject.ts";
import { choose, type Numbered, tracing } from "./switches.ts";
import type { TwinCalls } from "./TwinCalls.ts";
import type { Outcome } from "./Verdict.ts";

/** Test files that are compiled together for a mutant that needs a build of its own. */
const filesPerBuild = 8;
/** Switches take gas, and a few tests count it. */
const failedAtMost = 5;

/** The original breaks a test, so that no verdict on a mutant would mean anything. */
export class BaselineError extends Error {
  override name = "BaselineError";
}

export interface Tools {
  readonly tests: SolidityTests;
  readonly twins: TwinCalls;
}

/** Judges the mutants of one build. Cheap questions come first, and of those the ones that found something nearby. */
export class TestBench {
  readonly #build: SwitchedProject;
  readonly #questions: readonly Question[];
  readonly #ranking: Ranking;

  private constructor(build: SwitchedProject, questions: readonly Question[], ranking: Ranking) {
    this.#build = build;
    this.#questions = questions;
    this.#ranking = ranking;
  }

  /**
   * Asks the original everything.
   * @throws BaselineError
   */
  static async open(build: SwitchedProject, { tests, twins }: Tools, ranking: Ranking): Promise<TestBench> {
    const questions = [...(await traceTwins(build, twins)), ...(await traceTests(build, tests))];
    return new TestBench(build, questions, ranking);
  }

  async judge({ mutant, number }: Numbered, child: ChildProcess): Promise<Outcome> {
    const site = this.#build.sites.get(number);
    const asked = this.#questions.filter(({ sites }) => site === undefined || sites.has(site));
    if (asked.length === 0) return { status: "survived", unreached: true };
    for (const [suite, questions] of this.#order(mutant, asked)) {
      const names = questions.map(({ name }) => name);
      const test = await child.ask({ number, suite, names });
      if (test === undefined) continue;
      const by = { file: this.#fileOf(suite), test };
      this.#ranking.add(mutant, by);
      return { status: "killed", by };
    }
    return { status: "survived" };
  }

  /** What killed neighbours, one by one; then everything, suite by suite. */
  #order(mutant: Mutant, asked: readonly Question[]): [Question["suite"], Question[]][] {
    const proven = this.#ranking.proven(mutant, asked, ({ suite, name }) => `${this.#fileOf(suite)} ${name}`);
    const suites = this.#ranking.sort(mutant, [...Map.groupBy(asked, ({ suite }) => suite)], ([suite, questions]) => ({
      file: this.#fileOf(suite),
      milliseconds: questions.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    }));
    return [
      ...proven.map((question): [Question["suite"], Question[]] => [question.suite, [question]]),
      ...suites.map(([suite, questions]): [Question["suite"], Question[]] => [
        suite,
        suite === "harness" ? this.#ranking.sortCalls(mutant, questions) : questions,
      ]),
    ];
  }

  #fileOf(suite: Question["suite"]): string {
    return suite === "harness" ? harnessFile : (this.#build.suites[suite]?.file ?? "");
  }
}

async function traceTwins({ harness }: SwitchedProject, twins: TwinCalls): Promise<Question[]> {
  if (harness === "") return [];
  const traced = await twins.place(choose(harness, tracing));
  const questions: Question[] = [];
  for (const [place, call] of twins.calls.entries()) {
    const start = performance.now();
    const { agrees, sites } = await twins.trace(traced, call);
    if (!agrees) throw new BaselineError(`the twins differ in call ${place}`);
    questions.push({ suite: "harness", name: `${place}`, milliseconds: performance.now() - start, sites });
  }
  return questions;
}

async function traceTests({ suites }: SwitchedProject, tests: SolidityTests): Promise<Question[]> {
  const questions: Question[] = [];
  const failed: string[] = [];
  for (const [suite, original] of suites.entries()) {
    const traced = { ...original, code: choose(original.code, tracing) };
    for (const name of original.tests) {
      const start = performance.now();
      const { failure, sites } = await tests.trace(traced, name);
      if (failure === undefined) questions.push({ suite, name, milliseconds: performance.now() - start, sites });
      else failed.push(`${name} (${original.file})`);
    }
  }
  if (failed.length > failedAtMost) throw new BaselineError(`tests fail without any mutant: ${failed.join(", ")}`);
  if (failed.length > 0) console.log(`not asked, because they fail on code with switches in it: ${failed.join(", ")}`);
  return questions;
}

/** Judges a mutant that no switch holds, in a build of its own. */
export async function judgeAlone(
  project: Project,
  mutant: Mutant,
  { tools: { tests, twins }, ranking }: { tools: Tools; ranking: Ranking },
): Promise<Outcome> {
  const content = applyMutant(contentOf(project, mutant.file), mutant);
  const sources = { ...project.input.sources, [sourceName(mutant.file)]: { content } };
  const input = { ...project.input, sources };
  const files = ranking.sort(mutant, concerned(project, [mutant.file]), (file) => ({ file, milliseconds: 0 }));
  try {
    compileTrees(inputOf({ ...project, input }, [mutant.file]));
    for (let done = 0; done < files.length; done += filesPerBuild) {
      const { suites, harness } = compileTests(project, input, files.slice(done, done + filesPerBuild));
      const by = (await firstFailure(suites, tests)) ?? (await firstDifference(harness, twins));
      if (by === undefined) continue;
      ranking.add(mutant, by);
      return { status: "killed", by };
    }
    return { status: "survived" };
  } catch (error) {
    if (error instanceof CompileError) return { status: "invalid" };
    throw error;
  }
}

async function firstFailure(suites: readonly Suite[], tests: SolidityTests): Promise<FailedTest | undefined> {
  for (const suite of suites) {
    const failure = await tests.failure(suite, suite.tests);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

async function firstDifference(harness: string, twins: TwinCalls): Promise<FailedTest | undefined> {
  if (harness === "") return undefined;
  const address = await twins.place(harness);
  for (const [place, call] of twins.calls.entries()) {
    if (!(await twins.agrees(address, call))) return { file: harnessFile, test: `${place}` };
  }
  return undefined;
}
