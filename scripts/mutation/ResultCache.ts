import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import solc from "solc";
import { z } from "zod";
import type { Mutant } from "./Mutant.ts";
import { applyMutant } from "./mutantsOf.ts";
import { contentOf, type Project, sourceName } from "./Project.ts";
import { type Outcome, outcomeSchema } from "./Verdict.ts";

const lineSchema = z.object({
  /** Digest of the mutant. */
  mutant: z.string(),
  /** Digest of everything else that the outcome depends on. */
  basis: z.string(),
  outcome: outcomeSchema,
});
type Line = z.infer<typeof lineSchema>;

const digest = (...parts: readonly string[]) => createHash("sha256").update(JSON.stringify(parts)).digest("hex");
const testFunction = /^(?: {4}\/\/\/ [^\n]*\n)* {4}function (test\w*)\([\s\S]*?^ {4}\}\n/gm;

/** A test file without its other tests, which say nothing about this one, and without what separates them. */
function withOnly(test: string, content: string): string {
  return content.replace(testFunction, (whole, name) => (name === test ? whole : "")).replace(/^\s*\n/gm, "");
}

/**
 * Outcomes of earlier runs. A kill holds as long as the mutant, the test that killed it and all that test is made of are the same
 * (a recorded call is as good as any other: the twins are only ever asked more); any other outcome as long as everything is. So a
 * new test only asks the survivors again.
 */
export class ResultCache {
  readonly #project: Project;
  readonly #file: string;
  readonly #settings: string;
  readonly #lines = new Map<string, Line[]>();
  readonly #digests = new Map<string, string>();

  /**
   * @param twinCalls The file of recorded calls; its name tells its content.
   * @param runs Of each fuzz test.
   */
  constructor(project: Project, { twinCalls, runs }: { twinCalls: string; runs: number }) {
    this.#project = project;
    this.#file = join(project.root, "cache/mutation/results.ndjson");
    this.#settings = digest(solc.version(), basename(twinCalls), `${runs}`);
    if (!existsSync(this.#file)) return;
    for (const text of readFileSync(this.#file, "utf8").trimEnd().split("\n")) {
      const line = lineSchema.safeParse(JSON.parse(text)).data;
      if (line !== undefined) this.#add(line);
    }
  }

  get(mutant: Mutant): Outcome | undefined {
    const known = this.#lines.get(this.#digestOf(mutant)) ?? [];
    return known.find(({ basis, outcome }) => basis === this.#basis(mutant, outcome))?.outcome;
  }

  /** The outcome that holds; without one, what it came to when it was judged last. */
  last(mutant: Mutant): Outcome | undefined {
    return this.get(mutant) ?? this.#lines.get(this.#digestOf(mutant))?.at(-1)?.outcome;
  }

  set(mutant: Mutant, outcome: Outcome): void {
    const line = { mutant: this.#digestOf(mutant), basis: this.#basis(mutant, outcome), outcome };
    this.#add(line);
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  #add(line: Line): void {
    this.#lines.set(line.mutant, [...(this.#lines.get(line.mutant) ?? []), line]);
  }

  #digestOf(mutant: Mutant): string {
    return digest(mutant.file, applyMutant(contentOf(this.#project, mutant.file), mutant));
  }

  #basis(mutant: Mutant, { status, by }: Outcome): string {
    // Whether it compiles is a matter of its own file and what that imports.
    if (status === "invalid") return this.#sources(mutant.file, { file: mutant.file, test: "" });
    const sources = this.#sources(mutant.file, by);
    return by === undefined ? digest(this.#settings, sources) : sources;
  }

  /** Digest of what a test is made of, or of everything, less the mutant's file. */
  #sources(omitted: string, by: { file: string; test: string } | undefined): string {
    const key = `${omitted} ${by?.file} ${by?.test}`;
    const known = this.#digests.get(key);
    if (known !== undefined) return known;
    const { input, closures } = this.#project;
    const names = by === undefined ? Object.keys(input.sources).sort() : (closures.get(by.file) ?? []);
    const parts = names
      .filter((name) => name !== sourceName(omitted))
      .flatMap((name) => {
        const content = input.sources[name]?.content ?? "";
        return [name, by !== undefined && name === sourceName(by.file) ? withOnly(by.test, content) : content];
      });
    const computed = digest(`${by?.file}`, ...parts);
    this.#digests.set(key, computed);
    return computed;
  }
}
