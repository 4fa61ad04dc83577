import type { Command } from "commander";
import type { Finish } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

export function addStatusCommand(operator: Command, _surroundings: Surroundings, _finish: Finish): void {
  operator.command("status").description("ask the running node how it is");
}
