/**
 * `npm run test:deep [-- --kills N] [-- --minutes N]`: the same tests with long campaigns: 100,000 cases a rule, deep Solidity fuzzing, at
 * least a million calls against the invariants, the production build and its gas, a whole appeal, a network of seven nodes with adversaries, 200 nodes
 * killed on each database, 30 minutes of short rounds. Arguments are test files, as in `npm test`.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { kills: { type: "string" }, minutes: { type: "string" } },
  allowPositionals: true,
});

// 30 campaigns (ten invariants in three suites) of 64 calls a run: 600 runs are 1,152,000 calls.
const env = {
  ...process.env,
  // Some test files alone need not come to that.
  ...(positionals.length === 0 ? { ASSAY_INVARIANT_CALLS: process.env.ASSAY_INVARIANT_CALLS ?? "1000000" } : {}),
  ASSAY_FUZZ_CASES: process.env.ASSAY_FUZZ_CASES ?? "100000",
  ASSAY_FUZZ_RUNS: process.env.ASSAY_FUZZ_RUNS ?? "10000",
  ASSAY_INVARIANT_RUNS: process.env.ASSAY_INVARIANT_RUNS ?? "600",
  ASSAY_DEEP: "1",
  ASSAY_CRASH_KILLS: values.kills ?? process.env.ASSAY_CRASH_KILLS ?? "200",
  ASSAY_SOAK_MINUTES: values.minutes ?? process.env.ASSAY_SOAK_MINUTES ?? "30",
};
const result = spawnSync(process.execPath, ["scripts/test.ts", ...positionals], { env, stdio: "inherit" });
process.exitCode = result.status ?? 1;
