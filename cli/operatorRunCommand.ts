import type { Command } from "commander";
import { passwordPrompt } from "../oracle/keys/askPassword.ts";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { openNode } from "../oracle/node/openNode.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import { configOption } from "./configOption.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Example:
  assay operator run --config assay-node/node.json5`;

export function addRunCommand(operator: Command, { env, now }: Surroundings): void {
  operator
    .command("run")
    .description("run the node until SIGTERM or Ctrl-C; what `doctor` finds failing is refused")
    .addOption(configOption())
    .addHelpText("after", example)
    .action(async ({ config: file }: { config: string }) => {
      const config = await readConfig(file, nodeConfigSchema);
      const ask = passwordPrompt({ input: process.stdin, output: process.stderr });
      serveUntilStopped("assay node", await openNode(config, { env, now: () => now().getTime(), ask }));
    });
}
