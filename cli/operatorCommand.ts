import type { Command } from "commander";
import type { Finish } from "./exitCode.ts";
import { addDoctorCommand } from "./operatorDoctorCommand.ts";
import { addInitCommand } from "./operatorInitCommand.ts";
import { addRunCommand } from "./operatorRunCommand.ts";
import { addStatusCommand } from "./operatorStatusCommand.ts";
import type { Surroundings } from "./surroundings.ts";

/** `assay operator …`: an evaluator's node, from its first configuration to the return of its bond. */
export function addOperatorCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  const operator = program.command("operator").description("run an evaluator's node");
  addInitCommand(operator, surroundings, finish);
  addDoctorCommand(operator, surroundings, finish);
  addRunCommand(operator, surroundings);
  addStatusCommand(operator, surroundings, finish);
}
