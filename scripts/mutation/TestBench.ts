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
  readonly #tools: Tools;
  readonly #questions: readonly Question[];
  readonly #ranking: Ranking;

  private constructor(build: SwitchedProject, tools: Tools, found: { questions: Question[]; ranking: Ranking }) {
    this.#build = build;
    this.#tools = tools;
    this.#questions = found.questions;
    this.#ranking = found.ranking;
  }

  /**
   * Asks the original everything.
   * @throws BaselineError
   */
  static async open(build: SwitchedProject, tools: Tools, ranking: Ranking): Promise<TestBench> {
    const questions = [...(await traceTwins(build, tools.twins)), ...(await traceTests(build, tools.tests))];
    return new TestBench(build, tools, { questions, ranking });
  }

  async judge({ mutant, number }: Numbered): Promise<Outcome> {
    const site = this.#build.sites.get(number);
    const asked = this.#questions.filter(({ sites }) => site === undefined || sites.has(site));
    if (asked.length === 0) return { status: "survived", unreached: true };
    const batches = Map.groupBy(asked, ({ suite }) => suite);
    const order = this.#ranking.sort(mutant, [...batches], ([suite, questions]) => ({
      file: this.#fileOf(suite),
      milliseconds: questions.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    }));
    for (const [suite, questions] of order) {
      const by = await this.#ask({ suite, number, mutant }, questions);
      if (by === undefined) continue;
      this.#ranking.add(mutant, by);
      return { status: "killed", by };
    }
    return { status: "survived" };
  }

  #fileOf(suite: Question["suite"]): string {
    return suite === "harness" ? harnessFile : (this.#build.suites[suite]?.file ?? "");
  }

  async #ask(
    { suite, number, mutant }: { suite: Question["suite"]; number: number; mutant: Mutant },
    questions: readonly Question[],
  ): Promise<FailedTest | undefined> {
    if (suite === "harness") return this.#askTwins(number, this.#ranking.sortCalls(mutant, questions));
    const original = this.#build.suites[suite];
    if (original === undefined) return undefined;
    const names = questions.map(({ name }) => name);
    return this.#tools.tests.failure({ ...original, code: choose(original.code, number) }, names);
  }

  async #askTwins(number: number, questions: readonly Question[]): Promise<FailedTest | undefined> {
    const { twins } = this.#tools;
    const address = await twins.place(choose(this.#build.harness, number));
    try {
      for (const { name } of questions) {
        const call = twins.calls[Number(name)];
        if (call !== undefined && !(await twins.agrees(address, call))) return { file: harnessFile, test: name };
      }
      return undefined;
    } finally {
      await twins.clear(address);
    }
  }
}

async function traceTwins({ harness }: SwitchedProject, twins: TwinCalls): Promise<Question[]> {
  if (harness === "") return [];
  const original = await twins.place(choose(harness, 0));
  const traced = await twins.place(choose(harness, tracing));
  const questions: Question[] = [];
  for (const [place, call] of twins.calls.entries()) {
    const start = performance.now();
    if (!(await twins.agrees(original, call))) throw new BaselineError(`the twins differ in call ${place}`);
    const milliseconds = performance.now() - start;
    questions.push({ suite: "harness", name: `${place}`, milliseconds, sites: await twins.reports(traced, call) });
  }
  return questions;
}

async function traceTests({ suites }: SwitchedProject, tests: SolidityTests): Promise<Question[]> {
  const questions: Question[] = [];
  for (const [suite, { tests: names }] of suites.entries()) {
    for (const name of names) questions.push({ suite, name, ...(await traceTest(suites[suite], name, tests)) });
  }
  return questions;
}

async function traceTest(suite: Suite | undefined, name: string, tests: SolidityTests) {
  if (suite === undefined) throw new RangeError(`no suite for ${name}`);
  const start = performance.now();
  const failure = await tests.failure({ ...suite, code: choose(suite.code, 0) }, [name]);
  if (failure !== undefined) throw new BaselineError(`${name} fails in ${suite.file} without any mutant`);
  const milliseconds = performance.now() - start;
  return { milliseconds, sites: await tests.reports({ ...suite, code: choose(suite.code, tracing) }, name) };
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
