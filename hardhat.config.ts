import { createRequire } from "node:module";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import { defineConfig } from "hardhat/config";
import hardhatVitest from "./scripts/hardhat/vitest.ts";

// The WASM compiler from npm: a fresh machine needs no download besides `npm ci`.
const soljson = createRequire(import.meta.url).resolve("solc/soljson.js");

const compiler = (viaIR: boolean) => ({
  version: "0.8.37",
  path: soljson,
  settings: {
    evmVersion: "cancun",
    viaIR,
    // Few runs keep Assay below the limit of 24,576 bytes in both profiles. What is deployed goes through the IR: the default profile is for tests and
    // the devnet, where size matters and gas does not.
    optimizer: { enabled: true, runs: viaIR ? 200 : 1 },
    outputSelection: { "*": { "*": ["storageLayout", "userdoc"] } },
  },
});

export default defineConfig({
  plugins: [hardhatViem, hardhatVitest],
  // Both profiles are written out in full: the short form drops evmVersion and viaIR from `production`.
  solidity: {
    // Owner of the standards: deployed as it is.
    npmFilesToBuild: ["@openzeppelin/contracts/governance/TimelockController.sol"],
    profiles: {
      default: { compilers: [compiler(false)] },
      production: { compilers: [compiler(true)] },
    },
  },
  paths: { tests: { solidity: "./test/contracts" } },
  test: {
    solidity: {
      fuzz: { runs: Number(process.env.ASSAY_FUZZ_RUNS ?? 256) },
      invariant: {
        runs: Number(process.env.ASSAY_INVARIANT_RUNS ?? 8),
        depth: 64,
        failOnRevert: true,
        // Steps fold any word into what makes sense, so words from storage are no better than others, and collecting them takes a quarter of the time.
        includeStorage: false,
        includePushBytes: false,
      },
    },
  },
  networks: {
    devnet: {
      type: "edr-simulated",
      chainType: "l1",
      chainId: 31337,
      // Otherwise every transaction that is mined at once pushes the chain's clock a second ahead of ours.
      allowBlocksWithSameTimestamp: true,
    },
  },
});
