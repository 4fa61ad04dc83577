import { type Command, Option } from "commander";
import { readConfig } from "../oracle/service/readConfig.ts";
import { serveUntilStopped } from "../oracle/service/runService.ts";
import { openWorker } from "../oracle/work/openWorker.ts";
import { workerConfigSchema } from "../oracle/work/workerConfig.ts";
import type { Surroundings } from "./surroundings.ts";

const example = `
A worker measures what its node gives out, on any machine that reaches the node's Postgres database and its evidence store. It holds no
signing key. Its configuration has those keys of the node's that measuring needs:
  { database: { env: "ASSAY_DATABASE_URL" }, evidenceStore: "s3://bucket/prefix", dataDir: "worker-data", concurrency: 4 }

Example:
  assay operator worker --config worker.json5`;

export function addWorkerCommand(operator: Command, { env }: Surroundings): void {
  operator
    .command("worker")
    .description("measure for a node, without a key, until SIGTERM or Ctrl-C")
    .addOption(new Option("--config <file>", "configuration of the worker (JSON5)").makeOptionMandatory())
    .addHelpText("after", example)
    .action(async ({ config: file }: { config: string }) => {
      const config = await readConfig(file, workerConfigSchema);
      serveUntilStopped("assay worker", await openWorker(config, env));
    });
}
