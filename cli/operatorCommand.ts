import type { Command } from "commander";
import type { Finish } from "./exitCode.ts";
import { addDoctorCommand } from "./operatorDoctorCommand.ts";
import { addExitCommand } from "./operatorExitCommand.ts";
import { addHistoryCommand } from "./operatorHistoryCommand.ts";
import { addInitCommand } from "./operatorInitCommand.ts";
import { addKeysCommand } from "./operatorKeysCommand.ts";
import { addRotateCommand } from "./operatorRotateCommand.ts";
import { addRunCommand } from "./operatorRunCommand.ts";
import { addStatusCommand } from "./operatorStatusCommand.ts";
import { addWorkerCommand } from "./operatorWorkerCommand.ts";
import type { Surroundings } from "./surroundings.ts";

/** `assay operator …`: an evaluator's node, from its first configuration to the return of its bond. */
export function addOperatorCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const operator = program.command("operator").description("run an evaluator's node");
  addInitCommand(operator, surroundings, finish);
  addKeysCommand(operator, surroundings, finish);
  addDoctorCommand(operator, surroundings, finish);
  addRunCommand(operator, surroundings);
  addStatusCommand(operator, surroundings, finish);
  addWorkerCommand(operator, surroundings);
  addHistoryCommand(operator, surroundings, finish);
  addRotateCommand(operator, surroundings, finish);
  addExitCommand(operator, surroundings, finish);
}
