import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Hex } from "../domain/hex.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { EvaluationError } from "../evaluation/evaluationError.ts";
import { apiKeySource, readApiKey } from "../evaluation/manifest/apiKey.ts";
import { loadManifest, type Manifest, manifestForEndpoint } from "../evaluation/manifest/manifest.ts";
import { readPreviousRun } from "../evaluation/replay/readPreviousRun.ts";
import { voidWords } from "../evaluation/report/voidWords.ts";
import { writeHtmlReport } from "../evaluation/report/writeHtmlReport.ts";
import { reportJson } from "../evaluation/report.ts";
import { loadSuite, type Profile, profiles, type Suite } from "../evaluation/suite/suite.ts";
import { evaluationTable } from "./evaluationTable.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import type { Surroundings } from "./surroundings.ts";

interface EvaluateFlags {
  readonly profile: Profile;
  readonly suite?: string;
  readonly pack: readonly string[];
  readonly seed?: string;
  readonly out?: string;
  readonly model?: string;
  readonly allowPrivate: readonly string[];
  readonly allowKey: readonly string[];
  readonly referenceUrl?: string;
  readonly previous?: string;
  readonly html?: true;
  readonly json?: true;
}

/** A manifest from elsewhere asks for a secret of this machine. */
export class KeyNotAllowedError extends EvaluationError {
  constructor(name: string, source: string, endpoint: string) {
    super(
      `${source} asks for the key ${name} to be sent to ${new URL(endpoint).host}; if that host may have it, run again with --allow-key ${name}`,
    );
  }
}

const example = `
Examples:
  assay evaluate manifest.json
  assay evaluate http://127.0.0.1:42100/anchor/manifest.json --profile quick --allow-private 127.0.0.1
  assay evaluate https://models.example.org/v1/chat/completions --model small-1 --json`;

export function addEvaluateCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("evaluate")
    .description("measure a model, no chain involved, and write the evidence")
    .argument("<target>", "manifest file, manifest URL (….json) or endpoint URL")
    .addOption(new Option("--profile <name>", "how much to ask").choices(profiles).default("standard"))
    .option("--suite <file>", "suite instead of the standard one")
    .addOption(packOption())
    .option("--seed <hex>", "32 bytes; the whole plan follows from it (default: drawn now)")
    .option("--out <dir>", "where the evidence goes (default: .assay/evaluations/<time>)")
    .option("--model <name>", "model name to send when the target is an endpoint")
    .option("--allow-private <host>", "host that may be a private address; repeatable", collect, [])
    .option("--reference-url <url>", "page of somebody else's: while it fails too, failures do not count")
    .option("--allow-key <name>", "key that a manifest from a URL may ask for; repeatable", collect, [])
    .option("--previous <evidence>", "evidence of the version before: some of its questions are asked again")
    .option("--html", "write report.html beside the evidence: charts and every item on one page")
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", example)
    .action(async (target: string, flags: EvaluateFlags) => {
      const evaluation = await evaluateTarget(target, flags, surroundings);
      const page = flags.html ? await writeHtmlReport(evaluation.path, await loadPacks(flags.pack)) : undefined;
      print({ evaluation, page, json: flags.json }, surroundings);
      finish(isUsable(evaluation) ? exitCode.done : exitCode.failed);
    });
}

async function evaluateTarget(target: string, flags: EvaluateFlags, surroundings: Surroundings): Promise<Evaluation> {
  const { profile, allowPrivate: allowPrivateHosts, referenceUrl } = flags;
  const seed = readSeed(flags.seed);
  const suite = await loadSuite(flags.suite, await loadPacks(flags.pack));
  const manifest = await readTarget(target, flags);
  const apiKey = await keyFor(manifest, target, { flags, env: surroundings.env });
  const previous = await readPrevious(flags, suite, seed);
  const startedAt = surroundings.now().toISOString();
  const outDir = flags.out ?? join(".assay", "evaluations", startedAt.replace(/[:.]/g, "-"));
  const { showsProgress, signal, stderr } = surroundings;
  const options = {
    manifest,
    suite,
    profile,
    seed,
    previous,
    context: { startedAt },
    allowPrivateHosts,
    referenceUrl,
    outDir,
    signal,
    ...(apiKey !== undefined && { apiKey }),
    ...(showsProgress && { onProgress: (done: number, total: number) => stderr(`\r${done} of ${total}`) }),
  };
  try {
    return await evaluate(options);
  } finally {
    // Whatever comes next, an error too, starts on a clean line.
    if (showsProgress) stderr("\r\u001b[K");
  }
}

async function readPrevious({ previous, profile, pack }: EvaluateFlags, suite: Suite, seed: Hex) {
  if (previous === undefined) return undefined;
  const { regression: count } = suite.profiles[profile];
  if (count === 0) throw new UsageError(`--previous: the suite asks nothing again in the ${profile} profile`);
  return readPreviousRun(previous, { seed, count }, await loadPacks(pack));
}

/** A URL that ends in .json is a manifest, any other one an endpoint; everything else is a file. */
async function readTarget(target: string, { allowPrivate, model }: EvaluateFlags): Promise<Manifest> {
  if (!isUrl(target) && (target.trim() === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(target)))
    throw new UsageError(`"${target}": expected a manifest file, a manifest URL (http…/x.json) or an endpoint URL`);
  if (isUrl(target) && !URL.canParse(target))
    throw new UsageError(`${target}: is no URL; write it as https://host/path`);
  if (isUrl(target) && !new URL(target).pathname.endsWith(".json")) {
    return manifestForEndpoint(target, model);
  }
  if (model !== undefined) throw new UsageError("--model goes with an endpoint URL; a manifest names its own model");
  return loadManifest(target, allowPrivate);
}

function readSeed(seed: string | undefined): Hex {
  if (seed === undefined) return `0x${randomBytes(32).toString("hex")}`;
  const digits = seed.toLowerCase().replace(/^0x/, "");
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new UsageError(`--seed ${seed}: expected 32 bytes as 64 hex digits`);
  return `0x${digits}`;
}

/** The owner of a manifest file is at this keyboard; whoever wrote one at a URL gets no secret that was not allowed by name. */
async function keyFor(
  manifest: Manifest,
  target: string,
  { flags, env }: { flags: EvaluateFlags; env: Surroundings["env"] },
): Promise<string | undefined> {
  const source = apiKeySource(manifest);
  if (source === null) return undefined;
  const isRemote = isUrl(target);
  if (isRemote && !flags.allowKey.includes(source.name))
    throw new KeyNotAllowedError(source.name, target, manifest.endpoint);
  return readApiKey(source, { env, manifestFile: isRemote ? "manifest.json" : target });
}

function isUrl(target: string): boolean {
  return /^https?:\/\//.test(target);
}

interface Outcome {
  readonly evaluation: Evaluation;
  /** Path of the HTML report. */
  readonly page: string | undefined;
  readonly json: true | undefined;
}

function print({ evaluation, page, json }: Outcome, { stdout, stderr }: Surroundings): void {
  stdout(json ? `${jsonOf(evaluation, page)}\n` : evaluationTable(evaluation, page));
  for (const why of voidWords(evaluation)) stderr(`run invalid: ${why}; run again\n`);
  if (!hasAnswered(evaluation))
    stderr(`the endpoint never gave an answer to grade (${failuresOf(evaluation)}); check endpoint and model name\n`);
}

/** The report with the places of the blob and the page, on one line. */
function jsonOf(evaluation: Evaluation, page: string | undefined): string {
  return JSON.stringify({ ...JSON.parse(reportJson(evaluation)), path: evaluation.path, page });
}

function isUsable(evaluation: Evaluation): boolean {
  return !evaluation.voided && hasAnswered(evaluation);
}

function hasAnswered({ details }: Evaluation): boolean {
  return details.firstTry.hardFailures < details.firstTry.primaries;
}

function failuresOf({ details }: Evaluation): string {
  const { byClass, byDetail } = details.firstTry;
  return [...Object.entries(byClass), ...Object.entries(byDetail)]
    .map(([name, count]) => `${name} ×${count}`)
    .join(", ");
}

function collect(host: string, hosts: readonly string[]): string[] {
  return [...hosts, host];
}
