/** `npm run test:deep`: the same tests with long campaigns: 100,000 cases a rule, deep Solidity fuzzing and invariants. */
import { spawnSync } from "node:child_process";

const env = {
  ...process.env,
  ASSAY_FUZZ_CASES: process.env.ASSAY_FUZZ_CASES ?? "100000",
  ASSAY_FUZZ_RUNS: process.env.ASSAY_FUZZ_RUNS ?? "10000",
  ASSAY_INVARIANT_RUNS: process.env.ASSAY_INVARIANT_RUNS ?? "1000",
};
const result = spawnSync(process.execPath, ["scripts/test.ts", ...process.argv.slice(2)], { env, stdio: "inherit" });
process.exitCode = result.status ?? 1;
