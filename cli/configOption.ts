import { Option } from "commander";

/** `--config FILE` of the commands about a node. */
export const configOption = (): Option =>
  new Option("--config <file>", "configuration, as `assay operator init` writes it").makeOptionMandatory();
