import { join, resolve } from "node:path";
import type { Command } from "commander";
import { nodeConfigSchema } from "../oracle/node/nodeConfig.ts";
import type { GivenValues } from "./configTemplate.ts";
import { exitCode, type Finish } from "./exitCode.ts";
import { tellNext, writeNewConfig } from "./newConfig.ts";
import { readPort } from "./readPort.ts";
import type { Surroundings } from "./surroundings.ts";

interface Flags {
  readonly deployment?: string;
  readonly rpcUrl?: string[];
  readonly board?: string[];
  readonly key?: string;
  readonly database?: string;
  readonly suite?: string;
  readonly profile?: string;
  readonly port?: number;
  readonly allowPrivate?: string[];
  readonly json?: true;
}

const example = `
Examples:
  assay operator init my-node --deployment deployments/mainnet.json --rpc-url https://rpc.example.org --board https://board.example.org
  assay operator init my-node --deployment .assay/devnet/deployment.json --rpc-url http://127.0.0.1:8545 --board http://127.0.0.1:42070`;

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export function addInitCommand(operator: Command, surroundings: Surroundings, finish: Finish): void {
  operator
    .command("init")
    .description("write a commented configuration for a node; asks nothing, overwrites nothing")
    .argument("[dir]", "folder for the configuration and all that the node keeps", "assay-node")
    .option("--deployment <file>", "deployment file of the network; it is copied into the folder")
    .option("--rpc-url <url>", "JSON-RPC of the chain; again for each further one", append)
    .option("--board <url>", "message board; again for each further one", append)
    .option("--key <file>", "signing key; <dir>/signing.json without")
    .option("--database <url>", "Postgres; an embedded database in the folder without")
    .option("--suite <file>", "suite that the network's standards name; the shipped one without")
    .option("--profile <name>", "how much is measured in a round: quick, lite, standard or deep")
    .option("--port <number>", "port of status and metrics", readPort)
    .option("--allow-private <host>", "host of models that may be private; again for each further one", append)
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (dir: string, flags: Flags) => {
      const directory = resolve(dir);
      const file = join(directory, "node.json5");
      const given = givenValues(directory, flags);
      const deployment = { from: flags.deployment, to: join(directory, "deployment.json") };
      await writeNewConfig({ file, schema: nodeConfigSchema, given, heading: headingFor(file), deployment });
      tellNext(surroundings, flags.json === true, { file, next: nextSteps(file, given, flags) });
      finish(exitCode.done);
    });
}

function givenValues(directory: string, flags: Flags): GivenValues {
  const { key, suite, database, allowPrivate, port, profile } = flags;
  return {
    key: { file: resolve(key ?? join(directory, "signing.json")) },
    rpcUrls: flags.rpcUrl ?? ["http://127.0.0.1:8545"],
    deployment: join(directory, "deployment.json"),
    boards: flags.board ?? ["http://127.0.0.1:42070"],
    dataDir: join(directory, "data"),
    ...(database === undefined ? {} : { database }),
    ...(suite === undefined ? {} : { suite: resolve(suite) }),
    ...(profile === undefined ? {} : { profile }),
    ...(port === undefined ? {} : { port }),
    ...(allowPrivate === undefined ? {} : { allowPrivateHosts: allowPrivate }),
  };
}

const headingFor = (file: string): string[] => [
  "An evaluator's node of Assay. This file is JSON5: JSON with comments. What is commented out stands with its default, or an example.",
  "Paths that do not begin with / are taken from where the node is started. The words are explained in docs/glossary.md.",
  `Check it with: npx assay operator doctor --config ${file}`,
];

function nextSteps(file: string, given: GivenValues, { deployment }: Flags): string[] {
  return [
    ...(deployment === undefined ? [`put the network's deployment file at ${given.deployment}`] : []),
    `read ${file} and correct what is not yours`,
    `make keys: npx assay operator keys new --config ${file}`,
    "have the seat added with the printed address and link head, and its bond paid (docs/operating-a-node.md)",
    `npx assay operator doctor --config ${file}`,
    `npx assay operator run --config ${file}`,
  ];
}
