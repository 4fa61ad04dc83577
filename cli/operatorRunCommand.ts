import type { Command } from "commander";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import { openNode, openObserver } from "../oracle/node/openNode.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import { configOption } from "./configOption.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Examples:
  assay operator run --config assay-node/node.json5
  assay operator run --config assay-node/node.json5 --observe`;

export function addRunCommand(operator: Command, { env, now, askPassword: ask }: Surroundings): void {
  operator
    .command("run")
    .description("run the node until SIGTERM or Ctrl-C; what `doctor` finds failing is refused")
    .addOption(configOption())
    .option("--observe", "measure, read the boards and judge, but sign and submit nothing; needs no key and no seat")
    .addHelpText("after", example)
    .action(async ({ config: file, observe }: { config: string; observe?: true }) => {
      const config = await readConfig(file, nodeConfigSchema);
      const surroundings = { env, now: () => now().getTime(), ask };
      serveUntilStopped("assay node", await (observe ? openObserver : openNode)(config, surroundings));
    });
}
