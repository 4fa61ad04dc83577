/**
 * What `npm start` runs: the whole protocol on this machine, a live table, and with --once an exit code that says whether every
 * reference model came out as it should.
 */
import "../compileCache.ts";

import { styleText } from "node:util";
import { Command, InvalidArgumentError } from "commander";
import { defaultPolicy } from "../../domain/policy.ts";
import { loadSuite } from "../../evaluation/suite/suite.ts";
import { CompileError, compile } from "../compile.ts";
import { roles } from "./accounts.ts";
import { createAdmissionNews } from "./admissionNews.ts";
import {
  bonds,
  devnetPolicyFor,
  devnetSuite,
  epochLength,
  expectations,
  prepaidRounds,
  profile,
  tokenSupply,
  unbondingDelay,
} from "./config.ts";
import { PortError } from "./ports.ts";
import { type ModelView, readModels } from "./readModels.ts";
import { ProcessError } from "./Supervisor.ts";
import { ContinueError, type DevnetModel } from "./savedDevnet.ts";
import { isExpected, isSettled } from "./settled.ts";
import { type Devnet, startDevnet } from "./startDevnet.ts";
import type { Story } from "./story.ts";
import { renderTable } from "./table.ts";

interface Options {
  once: boolean;
  json: boolean;
  fresh: boolean;
  dir: string;
  timeout: number;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new InvalidArgumentError("Use whole seconds from 1 to 86400.");
  }
  return seconds;
}

function parseOptions(argv: readonly string[]): Options {
  return new Command("npm start --")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .showSuggestionAfterError(false)
    .description("Runs a local Assay network: chain, contracts, reference models, three evaluators, board, indexer.")
    .option("--once", "run until the reference models have settled, print the table and end", false)
    .option("--json", "with --once: print one JSON object on stdout", false)
    .option("--fresh", "forget the devnet of the last start", false)
    .option("--dir <path>", "where the devnet keeps its files", ".assay/devnet")
    .option("--timeout <seconds>", "with --once: give up after this long", parseSeconds, 600)
    .showHelpAfterError("Run `npm start -- --help` for the options.")
    .addHelpText("after", "\nExample: npm start -- --once --json")
    .parse(argv)
    .opts<Options>();
}

/** Registers and bonds the eight reference models, each by a developer of its own, and lets one delegator join two pools. */
async function populate(story: Story, modelsUrl: string): Promise<DevnetModel[]> {
  const models: DevnetModel[] = [];
  const prepayment = { assets: bonds.developer, rounds: prepaidRounds, price: defaultPolicy.evaluationPrice };
  for (const [i, name] of Object.keys(expectations).entries()) {
    const manifestUri = `${modelsUrl}/${name}/manifest.json`;
    const { modelId, owner } = await story.registerAndBond(name, manifestUri, roles.firstDeveloper + i, prepayment);
    models.push({ name, modelId: `${modelId}`, owner });
    if (name === "anchor" || name === "demo") await story.delegate(modelId, bonds.delegator, roles.delegator);
  }
  return models;
}

/** Prints to stderr what people read, so that stdout holds nothing but the answer. */
class Screen {
  readonly #live = process.stderr.isTTY === true;
  #lines = 0;
  #shown = "";

  progress(line: string): void {
    process.stderr.write(`${styleText("dim", "·")} ${line}\n`);
    this.#lines = 0; // the next table stands below this line
  }

  /** Redraws in place on a terminal; elsewhere prints a table only when a state, a reason or the number of rounds has changed. */
  show(models: readonly ModelView[]): void {
    const text = renderTable(models, this.#live ? process.stderr.columns : undefined);
    const key = this.#live
      ? text
      : JSON.stringify(models.map(({ state, reasons, rounds }) => [state, reasons, rounds]));
    if (key === this.#shown) return;
    if (this.#live && this.#lines > 0) process.stderr.write(`\r\u001b[${this.#lines}A\u001b[0J`);
    // Without the terminal's line wrap a line of the table is a line on the screen, however narrow that is.
    process.stderr.write(this.#live ? `\u001b[?7l${text}\u001b[?7h\n` : `${text}\n`);
    this.#lines = text.split("\n").length;
    this.#shown = key;
  }
}

const sleep = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

function heading(devnet: Devnet): string {
  return [
    "",
    `${styleText("bold", "GraphQL")}    ${devnet.graphqlUrl}`,
    `chain      ${devnet.rpcUrl}   models ${devnet.modelsUrl}   board ${devnet.boardUrl}`,
    `evaluators ${devnet.evaluatorUrls.join("  ")}`,
    `logs       ${devnet.logDir}`,
    `One round every ${epochLength} s. Family columns: remembered rate in percent, green where its lower bound clears the bar.`,
    "",
  ].join("\n");
}

function finish(models: readonly ModelView[], options: Options): number {
  const expected = isExpected(models);
  if (options.json) {
    const bpsOnly = (views: ModelView["families"]) =>
      Object.fromEntries(Object.entries(views).map(([family, { bps, gated }]) => [family, gated ? bps : null]));
    const rows = models.map((model) => ({ ...model, families: bpsOnly(model.families) }));
    process.stdout.write(`${JSON.stringify({ expected, models: rows })}\n`);
  } else process.stdout.write(`${renderTable(models, process.stdout.columns)}\n`);
  if (!expected)
    process.stderr.write("Not every reference model came out as expected: see the reasons above and the logs.\n");
  return expected ? 0 : 1;
}

async function watch(devnet: Devnet, options: Options, screen: Screen, stopped: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  const newsOf = createAdmissionNews(devnet.continued);
  let models: ModelView[] = [];
  while (!stopped.aborted) {
    // The indexer may lag behind or be busy for a moment; the next look will tell.
    models = await readModels(devnet.graphqlUrl).catch(() => models);
    screen.show(models);
    const news = newsOf(models, process.uptime());
    if (news !== undefined) screen.progress(news);
    if (options.once && isSettled(models)) return finish(models, options);
    if (options.once && Date.now() - startedAt > options.timeout * 1_000) {
      process.stderr.write(
        `The models have not settled within ${options.timeout} s; see the logs in ${devnet.logDir}.\n`,
      );
      return finish(models, options) || 1;
    }
    await sleep(500);
  }
  return 0;
}

async function main(options: Options): Promise<number> {
  const screen = new Screen();
  const stopping = new AbortController();
  let failure: ProcessError | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
  screen.progress("contracts: compiling, if anything changed");
  compile();
  const suite = devnetSuite(await loadSuite());
  const devnet = await startDevnet({
    dir: options.dir,
    env: process.env,
    fresh: options.fresh,
    suite,
    policy: devnetPolicyFor(suite),
    epochLength,
    unbondingDelay,
    tokenSupply,
    profile,
    populate,
    onProgress: (line) => screen.progress(line),
    onExit: (error) => {
      failure = error;
      stopping.abort();
    },
  });
  try {
    process.stderr.write(`${heading(devnet)}\n`);
    const code = await watch(devnet, options, screen, stopping.signal);
    if (failure) throw failure;
    return code;
  } finally {
    if (stopping.signal.aborted) screen.progress("stopping");
    await devnet.stop();
  }
}

try {
  process.exitCode = await main(parseOptions(process.argv));
} catch (error) {
  if (
    !(
      error instanceof PortError ||
      error instanceof ContinueError ||
      error instanceof ProcessError ||
      error instanceof CompileError
    )
  )
    throw error;
  process.stderr.write(`assay: ${error.message}\n`);
  process.exitCode = 1;
}
