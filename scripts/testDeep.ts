/**
 * `npm run test:deep`: the same tests with long campaigns: 100,000 cases a rule, deep Solidity fuzzing, and at least a million calls
 * against the invariants. Arguments are test files, as in `npm test`.
 */
import { spawnSync } from "node:child_process";

// 27 campaigns (nine invariants in three suites) of 64 calls a run: 600 runs are 1,036,800 calls.
const env = {
  ...process.env,
  ASSAY_FUZZ_CASES: process.env.ASSAY_FUZZ_CASES ?? "100000",
  ASSAY_FUZZ_RUNS: process.env.ASSAY_FUZZ_RUNS ?? "10000",
  ASSAY_INVARIANT_RUNS: process.env.ASSAY_INVARIANT_RUNS ?? "600",
};
const result = spawnSync(process.execPath, ["scripts/test.ts", ...process.argv.slice(2)], { env, stdio: "inherit" });
process.exitCode = result.status ?? 1;
