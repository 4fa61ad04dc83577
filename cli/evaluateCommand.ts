import { type Command, Option } from "commander";
import { evaluate } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { EvaluationError } from "../evaluation/evaluationError.ts";
import { apiKeySource, readApiKey } from "../evaluation/manifest/apiKey.ts";
import { loadManifest, type Manifest, manifestForEndpoint } from "../evaluation/manifest/manifest.ts";
import { voidWords } from "../evaluation/report/voidWords.ts";
import { writeHtmlReport } from "../evaluation/report/writeHtmlReport.ts";
import { reportJson } from "../evaluation/report.ts";
import { findUnfinished, unfinishedIn } from "../evaluation/resume/unfinishedRun.ts";
import { type BlobStore, StoreError } from "../evaluation/store/blobStore.ts";
import { openStore } from "../evaluation/store/openStore.ts";
import { profiles } from "../evaluation/suite/suite.ts";
import { evaluationTable } from "./evaluationTable.ts";
import { exitCode, type Finish, UsageError } from "./exitCode.ts";
import { loadPacks, packOption } from "./packOption.ts";
import { type QuestionFlags, type RunQuestion, readSeed, runQuestion } from "./runQuestion.ts";
import type { Surroundings } from "./surroundings.ts";

interface EvaluateFlags extends QuestionFlags {
  readonly store?: string;
  readonly model?: string;
  readonly allowPrivate: readonly string[];
  readonly allowKey: readonly string[];
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

/** Ctrl-C, with something measured by then. */
export class InterruptedError extends EvaluationError {}

const example = `
Examples:
  assay evaluate manifest.json
  assay evaluate http://127.0.0.1:42100/anchor/manifest.json --profile quick --allow-private 127.0.0.1
  assay evaluate https://models.example.org/v1/chat/completions --model small-1 --json
  assay evaluate manifest.json --resume .assay/evaluations/2026-05-01T12-00-00-000Z`;

export function addEvaluateCommand(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("evaluate")
    .description("measure a model, no chain involved, and write the evidence")
    .argument("<target>", "manifest file, manifest URL (….json) or endpoint URL")
    .addOption(new Option("--profile <name>", "how much to ask (default: standard)").choices(profiles))
    .option("--suite <file>", "suite instead of the standard one")
    .addOption(packOption())
    .option("--seed <hex>", "32 bytes; the whole plan follows from it (default: drawn now)", readSeed)
    .option("--out <dir>", "where the evidence goes (default: .assay/evaluations/<time>)")
    .option("--resume <dir>", "go on with the unfinished run in this folder; nothing that is recorded is asked again")
    .option("--store <place>", "folder or s3://bucket/prefix that gets a copy of the evidence")
    .option("--model <name>", "model name to send when the target is an endpoint")
    .option("--allow-private <host>", "host that may be a private address; repeatable", collect, [])
    .option("--previous <evidence>", "evidence of the version before: some of its questions are asked again")
    .option("--reference-url <url>", "page of somebody else's: while it fails too, failures do not count")
    .option("--allow-key <name>", "key that a manifest from a URL may ask for; repeatable", collect, [])
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
  const { allowPrivate: allowPrivateHosts } = flags;
  const { showsProgress, signal, stderr, env, now } = surroundings;
  const store = flags.store === undefined ? undefined : openStore(flags.store, env);
  const manifest = await readTarget(target, flags);
  const question = await runQuestion(flags, manifest, now());
  if (flags.resume === undefined) await tellUnfinished(question.outDir, commandAgain(target, flags), stderr);
  const apiKey = await keyFor(manifest, target, { flags, env });
  await store?.check();
  const options = {
    ...question,
    manifest,
    allowPrivateHosts,
    signal,
    ...(apiKey !== undefined && { apiKey }),
    ...(showsProgress && { onProgress: (done: number, total: number) => stderr(`\r${done} of ${total}`) }),
  };
  const evaluation = await evaluate(options)
    .catch((error: unknown) => explainStop(error, { command: commandAgain(target, flags), question, signal }))
    .finally(() => {
      // Whatever comes next, an error too, starts on a clean line.
      if (showsProgress) stderr("\r\u001b[K");
    });
  if (store) await keep(store, evaluation);
  return evaluation;
}

interface StoppedRun {
  /** What to type, but for --resume. */
  readonly command: string;
  readonly question: RunQuestion;
  readonly signal: AbortSignal;
}

/** After Ctrl-C: what is kept, and how to go on. */
async function explainStop(error: unknown, { command, question, signal }: StoppedRun): Promise<never> {
  if (!signal.aborted) throw error;
  const { outDir } = question;
  const [left] = await unfinishedIn(outDir);
  if (left === undefined) throw error;
  const { attempts } = await findUnfinished(left, question.suite.packs);
  throw new InterruptedError(`stopped: ${attempts} attempts are kept; go on with \`${command} --resume ${outDir}\``, {
    cause: error,
  });
}

/** A new run beside one that could be gone on with is seldom what was meant. */
async function tellUnfinished(folder: string, command: string, stderr: (text: string) => void): Promise<void> {
  for (const draft of await unfinishedIn(folder))
    stderr(
      `${folder} holds an unfinished run; this is another one. To go on with that: \`${command} --resume ${draft}\`\n`,
    );
}

/** The command with what the unfinished evidence does not tell: what this machine allows, and files of its own. */
function commandAgain(target: string, { allowPrivate, allowKey, pack, model }: EvaluateFlags): string {
  const options = [
    ...allowPrivate.map((host) => `--allow-private ${host}`),
    ...allowKey.map((name) => `--allow-key ${name}`),
    ...pack.map((file) => `--pack ${file}`),
    ...(model === undefined ? [] : [`--model ${model}`]),
  ];
  return ["npx assay evaluate", target, ...options].join(" ");
}

/** What was measured stays where it is when the store fails only now. */
async function keep(store: BlobStore, { evidenceHash, path }: Evaluation): Promise<void> {
  try {
    await store.put(evidenceHash, path);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StoreError(`${error.message} (measured, but not stored: \`assay evidence put ${path} --store …\`)`, {
      cause: error,
    });
  }
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
  if (hasAnswered(evaluation)) for (const why of voidWords(evaluation)) stderr(`run invalid: ${why}; run again\n`);
  else
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
