import { join, resolve } from "node:path";
import type { Command } from "commander";
import { boardConfigSchema } from "../oracle/board/boardConfig.ts";
import type { GivenValues } from "./configTemplate.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { tellNext, writeNewConfig } from "./newConfig.ts";
import { readPort } from "./readPort.ts";
import type { Surroundings } from "./surroundings.ts";

interface Flags {
  readonly deployment?: string;
  readonly rpcUrl?: string[];
  readonly database?: string;
  readonly host?: string;
  readonly port?: number;
  readonly trustedProxy?: string[];
  readonly json?: true;
}

const example = `
Example:
  assay board init my-board --deployment deployments/mainnet.json --rpc-url https://rpc.example.org`;

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export function addBoardInitCommand(board: Command, surroundings: Surroundings, finish: Finish): void {
  board
    .command("init")
    .description("write a commented configuration for a board; asks nothing, overwrites nothing")
    .argument("[dir]", "folder for the configuration and all that the board keeps", "assay-board")
    .option("--deployment <file>", "deployment file of the network; it is copied into the folder")
    .option("--rpc-url <url>", "JSON-RPC of the chain; again for each further one", append)
    .option("--database <url>", "Postgres; an embedded database in the folder without")
    .option("--host <address>", "address to listen on; this machine only without")
    .option("--port <number>", "port to listen on", readPort)
    .option("--trusted-proxy <address>", "reverse proxy, or a range of them; again for each further one", append)
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (dir: string, flags: Flags) => {
      const directory = resolve(dir);
      const file = join(directory, "board.json5");
      const given = givenValues(directory, flags);
      const deployment = { from: flags.deployment, to: join(directory, "deployment.json") };
      await writeNewConfig({ file, schema: boardConfigSchema, given, heading: headingFor(file), deployment });
      tellNext(surroundings, flags.json === true, { file, next: nextSteps(file, deployment) });
      finish(exitCode.done);
    });
}

function givenValues(directory: string, { rpcUrl, database, host, port, trustedProxy }: Flags): GivenValues {
  return {
    rpcUrls: rpcUrl ?? ["http://127.0.0.1:8545"],
    deployment: join(directory, "deployment.json"),
    dataDir: join(directory, "data"),
    ...(database === undefined ? {} : { database }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(trustedProxy === undefined ? {} : { trustedProxies: trustedProxy }),
  };
}

const headingFor = (file: string): string[] => [
  "A message board of Assay. This file is JSON5: JSON with comments. What is commented out stands with its default, or an example.",
  "Paths that do not begin with / are taken from where the board is started. docs/operations.md says more.",
  `Run it with: npx assay board --config ${file}`,
];

function nextSteps(file: string, deployment: { readonly from: string | undefined; readonly to: string }): string[] {
  return [
    ...(deployment.from === undefined ? [`put the network's deployment file at ${deployment.to}`] : []),
    `read ${file} and correct what is not yours`,
    `npx assay board --config ${file}`,
    "look at its page /readyz, and give evaluators its address (docs/operations.md, Board)",
  ];
}
