import type { Command } from "commander";
import { boardConfigSchema } from "../oracle/board/boardConfig.ts";
import { openBoard } from "../oracle/board/openBoard.ts";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import { addBoardInitCommand } from "./boardInitCommand.ts";
import { type Finish, UsageError } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
Examples:
  assay board init my-board --deployment deployments/mainnet.json --rpc-url https://rpc.example.org
  assay board --config my-board/board.json5`;

export function addBoardCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const board = program
    .command("board")
    .description(
      "run a message board, on which evaluators exchange commitments, reports and signatures, until SIGTERM or Ctrl-C",
    )
    // Not mandatory for commander, which would ask for it with `init` too.
    .option("--config <file>", "configuration (JSON5); `assay board init` writes one")
    .addHelpText("after", example)
    .action(async ({ config: file }: { config?: string }) => {
      if (file === undefined)
        throw new UsageError("no configuration given: assay board --config FILE; `assay board init` writes one");
      const service = await openBoard(await readConfig(file, boardConfigSchema), surroundings.env);
      serveUntilStopped("assay board", service);
    });
  addBoardInitCommand(board, surroundings, finish);
}
