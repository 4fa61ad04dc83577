/**
 * `npm run test:mutation`: changes the contracts in small ways and asks whether a test notices. `--help` tells the options. Exits 1
 * when a mutant survives that `equivalent.json` does not explain.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";
import { z } from "zod";
import { CompileError } from "./compiler.ts";
import { type Equivalent, equivalentOf, readEquivalents, staleEquivalents } from "./equivalents.ts";
import { judgeAll } from "./judgeAll.ts";
import type { Mutant } from "./Mutant.ts";
import { mutantsOf } from "./mutantsOf.ts";
import { contentOf, type Project, readProject } from "./Project.ts";
import { Ranking } from "./Ranking.ts";
import { ResultCache } from "./ResultCache.ts";
import { recordTwinCalls } from "./recordTwinCalls.ts";
import { describe, type Judged, renderReport } from "./report.ts";
import { SolidityTests } from "./SolidityTests.ts";
import { sample, shuffle } from "./sample.ts";
import { BaselineError } from "./TestBench.ts";
import { TwinCalls } from "./TwinCalls.ts";

const help = `node scripts/mutation/main.ts [options]
  --files <text>   only contracts whose path contains one of these (separated by commas)
  --survivors      only those that survived when they were judged last and are not explained
  --tests <text>   asks only test files whose path contains one of these; only what they kill is kept
  --share <n>      only n percent of each contract's mutants, drawn by --seed; more hold the fewer
  --seed <text>    which ones (default: 1)
  --jobs <n>       mutants at a time (default: 2)
  --runs <n>       runs of each fuzz test (default: 8); survivors of few are worth a run with many
  --cases <n>      random cases a rule that the TypeScript twins answer (default: 24)
  --equivalents    judge the mutants that equivalent.json explains too: a killed one is no equivalent
  --fresh          judge all again, whatever earlier runs found
  --known          report what each came to when it was judged last, whatever has changed since, and judge none
  --list           print the mutants and judge none
  --json <file>    write every mutant with its verdict`;

const whole = z.coerce.number().int().min(1);
const optionsSchema = z.object({
  files: z.string().optional(),
  survivors: z.boolean(),
  tests: z.string().optional(),
  share: whole.max(100),
  seed: z.string(),
  jobs: whole,
  runs: whole,
  cases: whole,
  equivalents: z.boolean(),
  fresh: z.boolean(),
  known: z.boolean(),
  list: z.boolean(),
  json: z.string().optional(),
});
type Options = z.infer<typeof optionsSchema>;

const { values } = parseArgs({
  options: {
    files: { type: "string" },
    survivors: { type: "boolean", default: false },
    tests: { type: "string" },
    share: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "2" },
    runs: { type: "string", default: "8" },
    cases: { type: "string", default: "24" },
    equivalents: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    known: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    json: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

function mutantsOfProject(project: Project, { files }: Options): Mutant[] {
  const wanted = files?.split(",") ?? [""];
  return [...project.contracts]
    .filter(([file]) => wanted.some((part) => file.includes(part)))
    .flatMap(([file, tree]) => mutantsOf(file, contentOf(project, file), tree));
}

const identity = ({ file, scope, before, after, range }: Mutant) =>
  [file, scope, before, after, range.start].join("\n");
function drawn(mutants: readonly Mutant[], { share, seed }: Options): Mutant[] {
  return [...Map.groupBy(mutants, ({ file }) => file).values()].flatMap((ofFile) =>
    sample(ofFile, Math.ceil((ofFile.length * share) / 100), (mutant) => `${seed}\n${identity(mutant)}`),
  );
}

/** Prints one line that the next one replaces; without a terminal nothing. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** Shuffled, so that a run that is cut short has judged a fair sample. */
function inOrder(mutants: readonly Mutant[], wanted: (mutant: Mutant) => boolean, { seed }: Options): Mutant[] {
  return shuffle(mutants.filter(wanted), (mutant) => `${seed}\n${identity(mutant)}`);
}

/** The project with only the test files that shall be asked. */
function withTests(project: Project, { tests }: Options): Project {
  if (tests === undefined) return project;
  const isAsked = (file: string) => !file.startsWith("test/") || tests.split(",").some((part) => file.includes(part));
  return { ...project, closures: new Map([...project.closures].filter(([file]) => isAsked(file))) };
}

interface Basis {
  readonly project: Project;
  readonly twinCalls: string;
  readonly cache: ResultCache;
}

async function openCache(project: Project, { cases, runs }: Options): Promise<Basis> {
  const twinCalls = await recordTwinCalls(project, cases);
  return { project, twinCalls, cache: new ResultCache(project, { twinCalls, runs }) };
}

async function judgeMutants(
  { project, twinCalls, cache }: Basis,
  mutants: readonly Mutant[],
  options: Options,
): Promise<Judged[]> {
  const ranking = new Ranking();
  const judged = new Map<Mutant, Judged>();
  for (const mutant of options.fresh ? [] : mutants) {
    const outcome = options.known ? cache.last(mutant) : cache.get(mutant);
    if (outcome !== undefined) judged.set(mutant, { mutant, outcome });
    if (outcome?.by !== undefined) ranking.add(mutant, outcome.by);
  }
  const open = inOrder(mutants, (mutant) => !judged.has(mutant) && cache.last(mutant) !== undefined, options).concat(
    inOrder(mutants, (mutant) => !judged.has(mutant) && cache.last(mutant) === undefined, options),
  );
  console.log(`${mutants.length} mutants, ${judged.size} judged earlier`);
  if (open.length === 0 || options.known) return mutants.flatMap((mutant) => judged.get(mutant) ?? []);
  const tools = {
    tests: await SolidityTests.open(project.root, options.runs),
    twins: await TwinCalls.open(project.root, twinCalls),
  };
  const start = performance.now();
  await judgeAll({ project: withTests(project, options), tools, ranking, runs: options.runs, twinCalls }, open, {
    jobs: options.jobs,
    done: (mutant, outcome) => {
      // Another test might have noticed.
      if (options.tests === undefined || outcome.status !== "survived") cache.set(mutant, outcome);
      judged.set(mutant, { mutant, outcome });
      if (outcome.status === "survived") showSurvivor({ mutant, outcome });
      showProgress(`${judged.size} of ${mutants.length}  ${mutant.file}:${mutant.line} ${outcome.status}`);
    },
  });
  showProgress("");
  const seconds = (performance.now() - start) / 1_000;
  console.log(`${seconds.toFixed(0)} s, ${(seconds / open.length).toFixed(2)} s a mutant`);
  return mutants.flatMap((mutant) => judged.get(mutant) ?? []);
}

function showSurvivor(judged: Judged): void {
  showProgress("");
  console.log(describe(judged));
}

/** What the list says of a mutant, unless a test has killed it. */
function explained(judged: Judged, entries: readonly Equivalent[]): Judged {
  const entry = equivalentOf(entries, judged.mutant);
  if (entry === undefined || judged.outcome.status !== "survived") return judged;
  return { mutant: judged.mutant, outcome: { status: "equivalent", reason: entry.reason } };
}

function warn(problem: string, { file, scope, before, after }: Equivalent | Mutant): void {
  console.error(styleText("yellow", `${problem}: ${file} ${scope}\n  - ${before}\n  + ${after}`));
}

async function main(options: Options): Promise<number> {
  const project = await readProject(fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, ""));
  const all = mutantsOfProject(project, options);
  const basis = await openCache(project, options);
  const entries = readEquivalents();
  const isExplained = (mutant: Mutant) => !options.equivalents && equivalentOf(entries, mutant) !== undefined;
  const isOpen = (mutant: Mutant) => basis.cache.last(mutant)?.status === "survived" && !isExplained(mutant);
  const mutants = drawn(all, options).filter((mutant) => !options.survivors || isOpen(mutant));
  if (options.list) {
    for (const mutant of mutants) {
      console.log(describe({ mutant, outcome: basis.cache.last(mutant) ?? { status: "survived" } }));
    }
    return 0;
  }
  const skipped = mutants.filter(isExplained);
  const asked = await judgeMutants(
    basis,
    mutants.filter((mutant) => !skipped.includes(mutant)),
    options,
  );
  const listed = skipped.map((mutant): Judged => explained({ mutant, outcome: { status: "survived" } }, entries));
  const judged = [...asked.map((item) => explained(item, entries)), ...listed];

  const stale = staleEquivalents(entries, all);
  for (const entry of stale) warn("equivalent.json explains a mutant that is gone", entry);
  const wrong = judged.filter(({ mutant, outcome }) => outcome.status === "killed" && equivalentOf(entries, mutant));
  for (const { mutant } of wrong) warn("equivalent.json calls equivalent what a test kills", mutant);
  console.log(renderReport(judged));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(judged, null, 2)}\n`);
  return stale.length + wrong.length + judged.filter(({ outcome }) => outcome.status === "survived").length;
}

// By default an interrupt ends a process without its "exit".
process.once("SIGINT", () => process.exit(130));
if (values.help) console.log(help);
else {
  const options = optionsSchema.safeParse(values);
  if (!options.success) {
    console.error(`${z.prettifyError(options.error)}\n\n${help}`);
    process.exit(2);
  }
  try {
    process.exitCode = (await main(options.data)) > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof CompileError) && !(error instanceof BaselineError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
