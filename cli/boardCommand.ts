import { type Command, Option } from "commander";
import { boardConfigSchema } from "../oracle/board/boardConfig.ts";
import { openBoard } from "../oracle/board/openBoard.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Example:
  assay board --config board.json5`;

/** `assay board`: the message board as a service. */
export function addBoardCommand(program: Command, { env }: Surroundings): void {
  program
    .command("board")
    .description("run a message board for evaluators until SIGTERM or Ctrl-C")
    .addOption(new Option("--config <file>", "configuration of the board").makeOptionMandatory())
    .addHelpText("after", example)
    .action(async ({ config: file }: { config: string }) => {
      serveUntilStopped("assay board", await openBoard(await readConfig(file, boardConfigSchema), env));
    });
}
