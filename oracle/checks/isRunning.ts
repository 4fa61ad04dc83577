import { join } from "node:path";
import { isDirectoryLocked } from "../../evaluation/store/directoryLock.ts";
import type { NodeConfig } from "../node/nodeConfig.ts";

/** Whether the node of a configuration runs on this machine, as a seat's or observing: it holds its data directory then. */
export const isRunning = ({ dataDir }: Pick<NodeConfig, "dataDir">): boolean =>
  [dataDir, join(dataDir, "observer")].some(isDirectoryLocked);
