import { defineConfig } from "vitest/config";

/** Tests that start networks of processes and wait for rounds: after all others, two at a time, so that they find the cores they need. */
const systemTests = [
  "test/e2e/**",
  "test/network/**",
  "test/oracle/network.test.ts",
  "test/oracle/shards.test.ts",
  "test/oracle/observer.test.ts",
  "test/oracle/rehearsal.test.ts",
  "test/oracle/appeal.test.ts",
];

/** Tests of what knows no chain: `npm test` runs them while the contracts are compiled, which takes one core. */
const offchainTests = ["test/evaluation/**", "test/examples/**"];

/** What takes minutes, each with what switches it on: `npm run test:deep` does. */
const campaigns = {
  ASSAY_DEEP: [
    "test/deployment/build.test.ts",
    "test/scripts/gas.test.ts",
    "test/network/sevenNodes.test.ts",
    "test/oracle/appeal.test.ts",
    "test/oracle/rehearsal.test.ts",
    "test/cli/operatorExit.test.ts",
    "test/cli/operatorRotate.test.ts",
    "test/oracle/observer.test.ts",
  ],
  ASSAY_CRASH_KILLS: ["test/network/campaign/crashCampaign.test.ts"],
  ASSAY_SOAK_MINUTES: ["test/network/campaign/soak.test.ts"],
};
const off = Object.entries(campaigns).flatMap(([name, files]) => (process.env[name] === undefined ? files : []));

const shared = {
  exclude: ["node_modules/**", ...off],
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "offchain",
          include: offchainTests.map((folder) => `${folder}/*.test.ts`),
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...shared.exclude, ...offchainTests, ...systemTests],
          // One more than cores: a third of the time these wait for chains, databases and processes of their own.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "system",
          include: systemTests.map((pattern) => pattern.replace(/\*\*$/, "**/*.test.ts")),
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
