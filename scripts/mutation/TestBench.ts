import { z } from "zod";
import { CompileError, type CompilerInput, type Contracts, compileCode, type OptimizerSettings } from "./compiler.ts";
import type { Mutant } from "./Mutant.ts";
import { applyMutant } from "./mutantsOf.ts";
import { contentOf, harnessFile, inputOf, type Project, sourceName } from "./Project.ts";
import type { SolidityTests } from "./SolidityTests.ts";
import type { TwinCalls } from "./TwinCalls.ts";
import type { Durations, Outcome } from "./Verdict.ts";

/** A test file that takes longer than this on the original waits until the others have passed. */
const slowSeconds = 1;
/** As the contracts are compiled for `npm test`. */
const optimizer = { enabled: true, runs: 200 };

export type BenchProject = Pick<Project, "root" | "input" | "closures">;

/** The original breaks a test, so that no verdict on a mutant would mean anything. */
export class BaselineError extends Error {
  override name = "BaselineError";
}

/** A mutant with the compiler's input that holds it, and what was compiled of it so far. */
interface Candidate {
  readonly mutant: Mutant;
  readonly input: CompilerInput;
  readonly compiled: Map<string, Contracts>;
}

/**
 * Judges mutants, one after another. Nothing is written into the project: a mutant exists as the compiler's input only. Cheap
 * questions come first, and of equal ones those that found something before.
 */
export class TestBench {
  readonly #project: BenchProject;
  readonly #tests: SolidityTests;
  readonly #twins: TwinCalls;
  /** Code of the original, by what was compiled together. */
  readonly #originals = new Map<string, Contracts>();
  /** Mutants of a source caught by a test file, by both. */
  readonly #caught = new Map<string, number>();

  constructor(project: BenchProject, tools: { tests: SolidityTests; twins: TwinCalls }) {
    this.#project = project;
    this.#tests = tools.tests;
    this.#twins = tools.twins;
  }

  /**
   * Runs everything on the original.
   * @throws BaselineError
   */
  async durations(): Promise<Durations> {
    const difference = await this.#difference(this.#original([harnessFile]));
    if (difference !== undefined) throw new BaselineError(`the twins differ in ${difference}`);
    const files = [...this.#project.closures.keys()].filter((file) => file.endsWith(".t.sol"));
    const contracts = this.#original(files);
    const durations: Durations = {};
    for (const file of files.filter((name) => holdsTests(name, contracts))) {
      const start = performance.now();
      const failure = await this.#tests.firstFailure(contracts, [file]);
      if (failure !== undefined) throw new BaselineError(`${failure.test} fails in ${file} without any mutant`);
      durations[file] = (performance.now() - start) / 1_000;
    }
    return durations;
  }

  /** @param durations Of the test files to ask. */
  async judge(mutant: Mutant, durations: Durations): Promise<Outcome> {
    const candidate = { mutant, input: this.#mutate(mutant), compiled: new Map<string, Contracts>() };
    const files = Object.keys(durations).filter((file) => this.#concerns(file, mutant));
    const isSlow = (file: string) => (durations[file] ?? 0) > slowSeconds;
    const stages = [
      () => this.#askTwins(candidate),
      () => this.#askBest(candidate, files),
      () => this.#run(candidate, { compile: files, ask: files.filter((file) => !isSlow(file)) }),
      // Few that came here differ in their code at all, and that costs less to know than the slow tests.
      async () => this.#askOptimizer(candidate),
      () => this.#run(candidate, { compile: files, ask: files.filter(isSlow) }),
    ];
    try {
      for (const stage of stages) {
        const outcome = await stage();
        if (outcome !== undefined) return outcome;
      }
      return { status: "survived" };
    } catch (error) {
      if (error instanceof CompileError) return { status: "invalid" };
      throw error;
    }
  }

  #mutate(mutant: Mutant): CompilerInput {
    const content = applyMutant(contentOf(this.#project, mutant.file), mutant);
    const { input } = this.#project;
    return { ...input, sources: { ...input.sources, [sourceName(mutant.file)]: { content } } };
  }

  async #askTwins(candidate: Candidate): Promise<Outcome | undefined> {
    if (!this.#concerns(harnessFile, candidate.mutant)) return undefined;
    const contracts = this.#candidate(candidate, [harnessFile]);
    if (sameCode(contracts, this.#original([harnessFile]))) return undefined;
    const test = await this.#difference(contracts);
    return test === undefined ? undefined : { status: "killed", by: { file: harnessFile, test } };
  }

  /** The test file that caught most mutants of this source, compiled on its own. */
  async #askBest(candidate: Candidate, files: readonly string[]): Promise<Outcome | undefined> {
    const [best] = files
      .filter((file) => this.#catches(candidate, file) > 0)
      .sort((a, b) => this.#catches(candidate, b) - this.#catches(candidate, a));
    return best === undefined ? undefined : this.#run(candidate, { compile: [best], ask: [best] });
  }

  /** Compiles some test files together and runs some of them. */
  async #run(
    candidate: Candidate,
    files: { compile: readonly string[]; ask: readonly string[] },
  ): Promise<Outcome | undefined> {
    if (files.ask.length === 0) return undefined;
    const contracts = this.#candidate(candidate, files.compile);
    if (sameCode(contracts, this.#original(files.compile))) return undefined;
    const by = await this.#tests.firstFailure(contracts, files.ask);
    if (by === undefined) return undefined;
    this.#caught.set(pair(candidate, by.file), this.#catches(candidate, by.file) + 1);
    return { status: "killed", by };
  }

  /** With the optimizer the compiler sees through more changes than without. */
  #askOptimizer({ input }: Candidate): Outcome | undefined {
    const contracts = [...this.#project.closures.keys()].filter((file) => file.startsWith("contracts/"));
    const compile = (whole: CompilerInput) => this.#compile(whole, [...contracts, harnessFile], optimizer);
    const original = remember(this.#originals, "optimizer", () => compile(this.#project.input));
    return sameCode(compile(input), original) ? { status: "identical" } : undefined;
  }

  #catches(candidate: Candidate, file: string): number {
    return this.#caught.get(pair(candidate, file)) ?? 0;
  }

  #concerns(file: string, mutant: Mutant): boolean {
    return this.#project.closures.get(file)?.includes(sourceName(mutant.file)) ?? false;
  }

  async #difference(contracts: Contracts): Promise<string | undefined> {
    const harness = contracts.get(`${sourceName(harnessFile)}:RulesHarness`);
    if (harness === undefined) throw new RangeError(`${harnessFile} holds no RulesHarness`);
    return this.#twins.firstDifference(harness);
  }

  #compile(input: CompilerInput, files: readonly string[], settings?: OptimizerSettings): Contracts {
    const cut = inputOf({ input, closures: this.#project.closures }, files);
    return compileCode(cut, Object.keys(cut.sources), settings);
  }

  #original(files: readonly string[]): Contracts {
    return remember(this.#originals, files.join(), () => this.#compile(this.#project.input, files));
  }

  #candidate({ input, compiled }: Candidate, files: readonly string[]): Contracts {
    return remember(compiled, files.join(), () => this.#compile(input, files));
  }
}

function remember(known: Map<string, Contracts>, key: string, compile: () => Contracts): Contracts {
  const contracts = known.get(key) ?? compile();
  known.set(key, contracts);
  return contracts;
}

function pair({ mutant }: Candidate, file: string): string {
  return `${mutant.file} ${file}`;
}

function sameCode(left: Contracts, right: Contracts): boolean {
  return [...left].every(([id, { evm }]) => {
    const other = right.get(id)?.evm;
    return (
      other?.bytecode.object === evm.bytecode.object && other.deployedBytecode.object === evm.deployedBytecode.object
    );
  });
}

const functionSchema = z.object({ type: z.literal("function"), name: z.string() });

/** Handlers stand in files of their own, without a test. */
function holdsTests(file: string, contracts: Contracts): boolean {
  return [...contracts]
    .filter(([id, { evm }]) => id.startsWith(`${sourceName(file)}:`) && evm.bytecode.object !== "")
    .flatMap(([, { abi }]) => abi.flatMap((item) => functionSchema.safeParse(item).data ?? []))
    .some(({ name }) => /^(test|invariant)/.test(name));
}
