import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import solc from "solc";
import { z } from "zod";
import type { Mutant } from "./Mutant.ts";
import { applyMutant } from "./mutantsOf.ts";
import { contentOf, type Project, sourceName } from "./Project.ts";
import { type Durations, durationsSchema, type Outcome, outcomeSchema } from "./Verdict.ts";

const lineSchema = z.union([
  z.object({ key: z.string(), outcome: outcomeSchema }),
  z.object({ key: z.string(), durations: durationsSchema }),
]);
type Line = z.infer<typeof lineSchema>;

const digest = (...parts: readonly string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** Everything besides the sources that a verdict depends on. */
function settingsOf(root: string, twinCalls: string): string {
  const config = readFileSync(join(root, "hardhat.config.ts"), "utf8");
  const { ASSAY_FUZZ_RUNS = "", ASSAY_INVARIANT_RUNS = "" } = process.env;
  return digest(solc.version(), config, twinCalls, ASSAY_FUZZ_RUNS, ASSAY_INVARIANT_RUNS);
}

/**
 * Verdicts of earlier runs. A kill holds as long as the mutant and the sources of the test file that killed it are the same; any
 * other verdict as long as everything is. So a new test only asks the survivors again.
 */
export class ResultCache {
  readonly #project: Project;
  readonly #file: string;
  readonly #settings: string;
  readonly #lines = new Map<string, Line>();
  readonly #digests = new Map<string, string>();

  /** @param twinCalls The file of recorded calls; its name tells its content. */
  constructor(project: Project, twinCalls: string) {
    this.#project = project;
    this.#file = join(project.root, "cache/mutation/results.ndjson");
    this.#settings = settingsOf(project.root, twinCalls);
    if (!existsSync(this.#file)) return;
    for (const text of readFileSync(this.#file, "utf8").trimEnd().split("\n")) {
      const line = lineSchema.safeParse(JSON.parse(text)).data;
      if (line !== undefined) this.#lines.set(line.key, line);
    }
  }

  get(mutant: Mutant): Outcome | undefined {
    const killers = [...this.#project.closures.keys()].filter((file) => file.startsWith("test/"));
    for (const file of [undefined, ...killers]) {
      const line = this.#lines.get(this.#key(mutant, file));
      if (line !== undefined && "outcome" in line) return line.outcome;
    }
    return undefined;
  }

  set(mutant: Mutant, outcome: Outcome): void {
    this.#append({ key: this.#key(mutant, outcome.by?.file), outcome });
  }

  get durations(): Durations | undefined {
    const line = this.#lines.get(this.#baselineKey);
    return line !== undefined && "durations" in line ? line.durations : undefined;
  }

  set durations(durations: Durations) {
    this.#append({ key: this.#baselineKey, durations });
  }

  get #baselineKey(): string {
    return digest(this.#settings, this.#sourcesWithout("", undefined));
  }

  /** @param file The test file that killed; without one, all sources count. */
  #key(mutant: Mutant, file: string | undefined): string {
    const mutated = applyMutant(contentOf(this.#project, mutant.file), mutant);
    return digest(this.#settings, this.#sourcesWithout(mutant.file, file), file ?? "", mutant.file, mutated);
  }

  /** Digest of what a test file is made of, less the mutant's file. */
  #sourcesWithout(omitted: string, file: string | undefined): string {
    const key = `${omitted} ${file}`;
    const known = this.#digests.get(key);
    if (known !== undefined) return known;
    const { input, closures } = this.#project;
    const names = file === undefined ? Object.keys(input.sources).sort() : (closures.get(file) ?? []);
    const wanted = names.filter((name) => name !== sourceName(omitted));
    const computed = digest(...wanted.flatMap((name) => [name, input.sources[name]?.content ?? ""]));
    this.#digests.set(key, computed);
    return computed;
  }

  #append(line: Line): void {
    this.#lines.set(line.key, line);
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}
