import type { Command } from "commander";
import { boardConfigSchema } from "../oracle/board/boardConfig.ts";
import { openBoard } from "../oracle/board/openBoard.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import { configOption } from "./configOption.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Example:
  assay board --config board.json5`;

export function addBoardCommand(program: Command, { env }: Surroundings): void {
  program
    .command("board")
    .description("run a message board, on which evaluators exchange commitments, reports and signatures")
    .addOption(configOption())
    .addHelpText("after", example)
    .action(async ({ config: file }: { config: string }) => {
      serveUntilStopped("assay board", await openBoard(await readConfig(file, boardConfigSchema), env));
    });
}
