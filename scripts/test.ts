/**
 * `npm test`: all tests (Solidity, then TypeScript) in one run, with one true count at the end.
 * Arguments are TypeScript test files; without any, everything runs.
 */
import hre from "hardhat";
import { z } from "zod";

interface Summary {
  passed: number;
  failed: number;
  skipped: number;
}

const vitestResult = z.object({
  summary: z.object({ passed: z.number(), failed: z.number(), skipped: z.number() }),
});
// `status` is a getter of a native object: read, not spread.
const solidityResult = z.object({
  suiteResults: z.array(z.object({ testResults: z.array(z.custom<{ readonly status: string }>()) })),
});

/** Hardhat's tasks answer `{ success: true, value }` or `{ success: false, error }`. */
const outcomeSchema = z.object({ success: z.boolean(), value: z.unknown().optional(), error: z.unknown().optional() });

async function runTask(runner: "solidity" | "vitest", args: Record<string, unknown>) {
  const { success, value, error } = outcomeSchema.parse(await hre.tasks.getTask(["test", runner]).run(args));
  return { success, result: success ? value : error };
}

/** Counted here: Hardhat fills the summary of its Solidity runner only when its own `test` task asks for it. */
async function runSolidity(): Promise<Summary> {
  const { success, result } = await runTask("solidity", {});
  const statuses = solidityResult
    .parse(result)
    .suiteResults.flatMap(({ testResults }) => testResults.map(({ status }) => status));
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  const summary = { passed: count("Success"), failed: count("Failure"), skipped: count("Skipped") };
  // A run that broke before or between its tests has failed, whatever it counted.
  return success || summary.failed > 0 ? summary : { ...summary, failed: 1 };
}

async function runVitest(testFiles: string[]): Promise<Summary> {
  const { success, result } = await runTask("vitest", { testFiles });
  const { passed, failed, skipped } = vitestResult.parse(result).summary;
  return { passed, failed: success ? failed : Math.max(1, failed), skipped };
}

const files = process.argv.slice(2);
const summaries = files.length === 0 ? [await runSolidity()] : [];
summaries.push(await runVitest(files));

const total = (key: keyof Summary) => summaries.reduce((sum, summary) => sum + summary[key], 0);
const skipped = total("skipped");
console.log(`\n${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = total("failed") > 0 || total("passed") === 0 ? 1 : 0;
