import type { Command } from "commander";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { openNode } from "../oracle/node/openNode.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import type { Finish } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Example:
  assay operator run --config assay-node/node.json5`;

export function addRunCommand(operator: Command, surroundings: Surroundings, _finish: Finish): void {
  operator
    .command("run")
    .description("run the node until SIGTERM or Ctrl-C")
    .requiredOption("--config <file>", "configuration, as `assay operator init` writes it")
    .addHelpText("after", example)
    .action(async ({ config: file }: { config: string }) => {
      const config = await readConfig(file, nodeConfigSchema);
      serveUntilStopped("assay node", await openNode(config, { env: surroundings.env, ask: surroundings.askPassword }));
    });
}
