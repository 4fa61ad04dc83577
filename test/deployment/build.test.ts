import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { keccak256, toHex } from "viem";
import { expect, test } from "vitest";
import { artifactDirs, readArtifact } from "../../deployment/artifacts.ts";
import { rehearse } from "../../deployment/rehearse.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { devAccount } from "../../scripts/devnet/accounts.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const day = 86_400n;
/** Minutes, where nothing is cached. */
const patience = 1_200_000;

test(
  "default: what the build makes is what a deployment takes",
  async () => {
    execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: "pipe" });
    for (const name of ["Assay", "TimelockController"]) {
      const optimised = readArtifact(name, artifactDirs.production);
      expect(optimised.deployedBytecode, name).not.toBe(readArtifact(name).deployedBytecode);
    }
    await rehearse(
      {
        token: { name: "Test", symbol: "TST", supply: 10n ** 24n },
        policy: { ...defaultPolicy, suiteHash: keccak256(toHex("suite")) },
        seats: [],
        epochLength: day,
        unbondingDelay: 14n * day,
        timelock: { delay: 2n * day, proposers: [devAccount(5).address], executors: [] },
        guardian: devAccount(4).address,
      },
      { artifactsDir: artifactDirs.production },
    );
  },
  patience,
);
