/**
 * `npm test`: all tests in one run, with one true count at the end.
 * Arguments are test files of either kind; without any, everything runs. With ASSAY_INVARIANT_CALLS, invariants that made
 * fewer calls than that have failed.
 */
import "./compileCache.ts";

import hre from "hardhat";
import { z } from "zod";

interface Summary {
  passed: number;
  failed: number;
  skipped: number;
}

interface InvariantCalls {
  campaigns: number;
  calls: bigint;
}

const vitestResult = z.object({
  summary: z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }),
});
/** What the runner itself counted: only an invariant's campaign has calls. */
interface SolidityTest {
  readonly status: string;
  readonly kind: { readonly calls?: bigint };
}

// Getters of a native object: read, not spread.
const solidityResult = z.object({
  suiteResults: z.array(z.object({ testResults: z.array(z.custom<SolidityTest>()) })),
});

/** Hardhat's tasks answer `{ success: true, value }` or `{ success: false, error }`. */
const outcomeSchema = z.object({ success: z.boolean(), value: z.unknown().optional(), error: z.unknown().optional() });

async function runTask(runner: "solidity" | "vitest", args: Record<string, unknown>) {
  const { success, value, error } = outcomeSchema.parse(await hre.tasks.getTask(["test", runner]).run(args));
  return { success, result: success ? value : error };
}

/** Counted here: Hardhat fills the summary of its Solidity runner only when its own `test` task asks for it. */
async function runSolidity(testFiles: string[]): Promise<Summary> {
  const { success, result } = await runTask("solidity", { testFiles });
  const tests = solidityResult.parse(result).suiteResults.flatMap(({ testResults }) => testResults);
  const count = (wanted: string) => tests.filter(({ status }) => status === wanted).length;
  const summary = { passed: count("Success"), failed: count("Failure"), skipped: count("Skipped") };
  const enough = reportCalls(invariantCalls(tests));
  // A run that broke before or between its tests has failed, whatever it counted.
  return (success && enough) || summary.failed > 0 ? summary : { ...summary, failed: 1 };
}

function invariantCalls(tests: SolidityTest[]): InvariantCalls {
  const calls = tests.flatMap(({ kind }) => (kind.calls === undefined ? [] : [kind.calls]));
  return { campaigns: calls.length, calls: calls.reduce((sum, more) => sum + more, 0n) };
}

function reportCalls({ campaigns, calls }: InvariantCalls): boolean {
  const wanted = BigInt(process.env.ASSAY_INVARIANT_CALLS ?? 0);
  console.log(`\n${calls.toLocaleString("en")} calls in ${campaigns} campaigns against the invariants`);
  if (calls < wanted) console.error(`At least ${wanted.toLocaleString("en")} were wanted: raise ASSAY_INVARIANT_RUNS`);
  return calls >= wanted;
}

async function runVitest(args: { testFiles?: string[]; project?: string; noCompile?: boolean }): Promise<Summary> {
  const { success, result } = await runTask("vitest", args);
  const { passed, failed, skipped } = vitestResult.parse(result).summary;
  return { passed, failed: success ? failed : Math.max(1, failed), skipped };
}

/** The compiler takes minutes and one core; the other runs meanwhile what needs no contract. */
async function runAll(): Promise<Summary[]> {
  const offchainTests = runVitest({ project: "offchain", noCompile: true });
  const [offchain] = await Promise.all([offchainTests, hre.tasks.getTask("build").run({})]);
  return [offchain, await runSolidity([]), await runVitest({ project: "!offchain" })];
}

async function runFiles(files: string[]): Promise<Summary[]> {
  const { solidity = [], other = [] } = Object.groupBy(files, (file) => (file.endsWith(".sol") ? "solidity" : "other"));
  return [
    ...(solidity.length > 0 ? [await runSolidity(solidity)] : []),
    ...(other.length > 0 ? [await runVitest({ testFiles: other })] : []),
  ];
}

const files = process.argv.slice(2);
const summaries = files.length === 0 ? await runAll() : await runFiles(files);

const total = (key: keyof Summary) => summaries.reduce((sum, summary) => sum + summary[key], 0);
const skipped = total("skipped");
if (skipped > 0) console.log(`\n${skipped} skipped`);
console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
process.exitCode = total("failed") > 0 || total("passed") === 0 ? 1 : 0;
