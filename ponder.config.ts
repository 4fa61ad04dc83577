import { createConfig } from "ponder";
import { rulesDigest } from "./indexer/rulesDigest.ts";
import { readSettings } from "./indexer/settings.ts";
import { assayAbi } from "./sdk/abi/assay.ts";
import { assayVaultAbi } from "./sdk/abi/assayVault.ts";
import { courtAbi } from "./sdk/abi/court.ts";
import { inspectorAbi } from "./sdk/abi/inspector.ts";
import { policyBoardAbi } from "./sdk/abi/policyBoard.ts";

/** A development chain: blocks every second, and another history under the same id after a restart. */
const localChainId = 31_337;

const { deployment, rpcUrl, directory, databaseUrl } = readSettings(process.env);
const isLocal = deployment.chainId === localChainId;
const { startBlock } = deployment;

export default createConfig({
  database:
    databaseUrl === undefined
      ? { kind: "pglite", directory: `${directory}/pglite` }
      : { kind: "postgres", connectionString: databaseUrl },
  chains: {
    main: {
      id: deployment.chainId,
      rpc: rpcUrl,
      pollingInterval: isLocal ? 500 : 2_000,
      disableCache: isLocal,
    },
  },
  contracts: {
    // Ponder's build id knows only its own folder and this object: `rules` carries the digest of everything else into it.
    Assay: {
      chain: "main",
      abi: assayAbi,
      address: deployment.assay,
      startBlock,
      ...{ rules: rulesDigest(deployment) },
    },
    AssayVault: { chain: "main", abi: assayVaultAbi, address: deployment.vault, startBlock },
    Court: { chain: "main", abi: courtAbi, address: deployment.court, startBlock },
    Inspector: { chain: "main", abi: inspectorAbi, address: deployment.inspector, startBlock },
    PolicyBoard: { chain: "main", abi: policyBoardAbi, address: deployment.policyBoard, startBlock },
  },
  blocks: {
    // Every new block, so that the head is known; not the history, which would be one request a block.
    Head: { chain: "main", interval: 1, startBlock: "latest" },
  },
});
