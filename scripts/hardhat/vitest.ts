import { task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";
import { ArgumentType } from "hardhat/types/arguments";

/** Adds `hardhat test vitest`, so that `hardhat test` runs Solidity and TypeScript tests in one go. */
export default definePlugin({
  id: "assay-vitest",
  tasks: [
    task(["test", "vitest"], "Runs the TypeScript tests using Vitest")
      .addVariadicArgument({
        name: "testFiles",
        description: "Test files to run",
        defaultValue: [],
      })
      .addFlag({ name: "noCompile", description: "Don't compile the project first" })
      .addOption({
        name: "grep",
        description: "Only run tests whose name matches",
        type: ArgumentType.STRING_WITHOUT_DEFAULT,
        defaultValue: undefined,
      })
      .addOption({
        name: "project",
        description: "Only run tests of this project of vitest.config.ts, or with ! before it those of all others",
        type: ArgumentType.STRING_WITHOUT_DEFAULT,
        defaultValue: undefined,
      })
      .addOption({
        name: "testSummaryIndex",
        description: "The index of this summary among all runners",
        type: ArgumentType.INT,
        defaultValue: 0,
        hidden: true,
      })
      .setAction(() => import("./vitestAction.ts"))
      .build(),
  ],
});
