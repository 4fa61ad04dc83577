import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { startVitest } from "vitest/node";

interface VitestArguments {
  testFiles: string[];
  noCompile: boolean;
  grep: string | undefined;
  project: string | undefined;
}

/** The action behind `hardhat test vitest`: compiles, runs Vitest in this process, counts for Hardhat's summary. */
export default async function runVitest(args: VitestArguments, hre: HardhatRuntimeEnvironment) {
  process.env.NODE_ENV ??= "test";
  if (!args.noCompile) await hre.tasks.getTask("build").run({ noTests: true });

  const vitest = await startVitest("test", args.testFiles, {
    watch: false,
    run: true,
    ...(args.grep === undefined ? {} : { testNamePattern: args.grep }),
    ...(args.project === undefined ? {} : { project: args.project }),
  });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const brokenModules = vitest.state.getTestModules().filter((module) => module.errors().length > 0);
  const summary = {
    passed: count("passed"),
    failed: count("failed") + brokenModules.length + vitest.state.getUnhandledErrors().length,
    skipped: count("skipped"),
    todo: 0,
  };
  await vitest.close();
  return summary.failed > 0 ? errorResult({ summary }) : successfulResult({ summary });
}
