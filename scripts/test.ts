/**
 * `npm test`: all tests (Solidity, then TypeScript) in one run, with one true count at the end.
 * Arguments are TypeScript test files; without any, everything runs.
 */
import hre from "hardhat";

interface Summary {
  passed: number;
  failed: number;
  skipped?: number;
}

/** Hardhat's runners answer `{ success, value | error: { summary } }`. */
function summaryOf(result: unknown): Summary {
  const outcome = result as { value?: { summary?: Summary }; error?: { summary?: Summary } };
  const summary = outcome.value?.summary ?? outcome.error?.summary;
  if (!summary) throw new Error("a test runner ended without a summary: its output above says why");
  return summary;
}

const files = process.argv.slice(2);
const summaries: Summary[] = [];
if (files.length === 0) summaries.push(summaryOf(await hre.tasks.getTask(["test", "solidity"]).run({})));
summaries.push(summaryOf(await hre.tasks.getTask(["test", "vitest"]).run({ testFiles: files })));

const total = (key: keyof Summary) => summaries.reduce((sum, summary) => sum + (summary[key] ?? 0), 0);
const skipped = total("skipped");
console.log(`\n${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = total("failed") > 0 || total("passed") === 0 ? 1 : 0;
