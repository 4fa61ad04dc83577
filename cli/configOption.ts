import { Option } from "commander";

/** `--config FILE` of the commands that run or look at a service. */
export const configOption = (): Option => new Option("--config <file>", "configuration (JSON5)").makeOptionMandatory();
