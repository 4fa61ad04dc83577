import { z } from "zod";
import type { Assertion, Case } from "../cases.ts";
import { importAssertion } from "./importAssertion.ts";
import { readTemplate, renderVars, type Vars } from "./renderVars.ts";
import { YamlFile } from "./yamlFile.ts";

/** The cases of a promptfoo file, and what was left out, one line each. */
export interface PromptfooImport {
  readonly cases: readonly Case[];
  readonly notes: readonly string[];
}

type Path = readonly (string | number)[];

/** Prompts times tests times combinations of variables. */
const maxCases = 2_000;
/** Words from which on a variable is something a user said, and may be said in another way. */
const wordsOfRequest = 3;

const known = {
  file: ["prompts", "tests", "defaultTest", "evaluateOptions"],
  /** Say who answers, how fast, or where results go: nothing of that is a suite's. */
  leftOut: [
    "$schema",
    "description",
    "providers",
    "targets",
    "outputPath",
    "sharing",
    "tags",
    "metadata",
    "commandLineOptions",
    "writeLatestResults",
  ],
  test: ["description", "vars", "assert", "metadata"],
  assertion: ["type", "value", "threshold", "weight", "metric"],
} as const;

/**
 * Reads a promptfoo file with deterministic assertions.
 * @throws SuiteError naming file, line and what cannot be imported
 */
export function importPromptfoo(text: string, file: string): PromptfooImport {
  return new Importer(new YamlFile(text, file)).run();
}

class Importer {
  readonly #yaml: YamlFile;
  readonly #notes: string[] = [];

  constructor(yaml: YamlFile) {
    this.#yaml = yaml;
  }

  run(): PromptfooImport {
    const file = this.#object(this.#yaml.value, []);
    this.#checkKeys(file, [], [...known.file, ...known.leftOut]);
    const left = known.leftOut.filter((key) => key in file && !["$schema", "description"].includes(key));
    if (left.length > 0) this.#notes.push(`left out, for the manifest or nobody: ${left.join(", ")}`);
    this.#noteRepeat(file.evaluateOptions);
    const prompts = this.#prompts(file.prompts);
    const defaults = file.defaultTest === undefined ? {} : this.#test(file.defaultTest, ["defaultTest"]);
    const tests = this.#list(file.tests, ["tests"], "tests");
    const cases: Case[] = [];
    for (const [index, value] of tests.entries()) {
      const path = ["tests", index];
      const test = this.#test(value, path);
      for (const vars of this.#combinations(
        { ...this.#vars(defaults, ["defaultTest"]), ...this.#vars(test, path) },
        path,
      )) {
        const asserts = [...this.#asserts(defaults, ["defaultTest"], vars), ...this.#asserts(test, path, vars)];
        if (asserts.length === 0) throw this.#yaml.refusal(path, "this test asserts nothing; give it an assertion");
        for (const prompt of prompts) cases.push(this.#case(prompt, vars, asserts));
        if (cases.length > maxCases)
          throw this.#yaml.refusal(path, `over ${maxCases} cases up to here; split the file`);
      }
    }
    return { cases, notes: this.#notes };
  }

  #noteRepeat(options: unknown): void {
    if (options === undefined) return;
    const { repeat, ...others } = this.#object(options, ["evaluateOptions"]);
    if (repeat !== undefined) this.#notes.push(`repeat ${String(repeat)}: family R asks every case five times`);
    const names = Object.keys(others);
    if (names.length > 0) this.#notes.push(`left out of evaluateOptions: ${names.join(", ")}`);
  }

  #prompts(value: unknown): readonly { readonly text: string; readonly path: Path }[] {
    const list = typeof value === "string" ? [value] : this.#list(value, ["prompts"], "prompts");
    return list.map((entry, index) => {
      const path = typeof value === "string" ? ["prompts"] : ["prompts", index];
      const text = typeof entry === "string" ? entry : this.#object(entry, path).raw;
      if (typeof text !== "string" || text === "")
        throw this.#yaml.refusal(path, "a prompt must be a text, or have one under raw");
      if (/^(file|exec|https?):/.test(text))
        throw this.#yaml.refusal(path, `"${text.slice(0, 60)}" is another file; put its text here`);
      if (/^\s*(\[\s*\{|- role:)/.test(text))
        throw this.#yaml.refusal(
          path,
          "a prompt of several messages cannot be imported; write the user's message alone",
        );
      this.#template(text, path);
      return { text, path };
    });
  }

  #test(value: unknown, path: Path): Readonly<Record<string, unknown>> {
    if (typeof value === "string")
      throw this.#yaml.refusal(path, `"${value.slice(0, 60)}" is another file; put its tests here`);
    const test = this.#object(value, path);
    this.#checkKeys(test, path, known.test);
    return test;
  }

  #vars({ vars }: Readonly<Record<string, unknown>>, above: Path): Record<string, readonly string[]> {
    if (vars === undefined) return {};
    const path = [...above, "vars"];
    const entries = Object.entries(this.#object(vars, path)).map(([name, value]) => {
      const values = Array.isArray(value) ? value : [value];
      return [name, values.map((entry) => this.#varText(entry, [...path, name]))] as const;
    });
    return Object.fromEntries(entries);
  }

  #varText(value: unknown, path: Path): string {
    const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    if (!isScalar)
      throw this.#yaml.refusal(path, `variable "${String(path.at(-1))}" is neither a text nor a list of texts`);
    const text = String(value);
    if (text.startsWith("file://"))
      throw this.#yaml.refusal(path, `"${text.slice(0, 60)}" is another file; put its text here`);
    if (/\{\{|\{%/.test(text))
      throw this.#yaml.refusal(path, "a variable inside a variable cannot be imported; write it out");
    return text;
  }

  /** Every combination of the variables' values, as promptfoo expands lists. */
  #combinations(vars: Readonly<Record<string, readonly string[]>>, path: Path): Vars[] {
    let combinations: Vars[] = [{}];
    for (const [name, values] of Object.entries(vars)) {
      combinations = combinations.flatMap((before) => values.map((value) => ({ ...before, [name]: value })));
      if (combinations.length > maxCases)
        throw this.#yaml.refusal(path, `over ${maxCases} combinations of variables; split the test`);
    }
    return combinations;
  }

  #asserts({ assert }: Readonly<Record<string, unknown>>, above: Path, vars: Vars): Assertion[] {
    if (assert === undefined) return [];
    const path = [...above, "assert"];
    return this.#list(assert, path, "assert").map((entry, index) => this.#assertion(entry, [...path, index], vars));
  }

  #assertion(entry: unknown, path: Path, vars: Vars): Assertion {
    const { type, value, threshold, weight, ...others } = this.#object(entry, path);
    if (typeof type !== "string") throw this.#yaml.refusal(path, "an assertion needs a type");
    const imported = importAssertion({ type, value: this.#rendered(value, [...path, "value"], vars), threshold });
    if (typeof imported === "string") throw this.#yaml.refusal([...path, "type"], imported);
    this.#checkKeys(others, path, known.assertion);
    if (weight === 0) throw this.#yaml.refusal([...path, "weight"], "weight 0 asserts nothing; take the assertion out");
    return imported;
  }

  /** promptfoo fills variables into texts and into lists of texts, and into nothing deeper. */
  #rendered(value: unknown, path: Path, vars: Vars): unknown {
    if (Array.isArray(value))
      return value.map((entry) => (typeof entry === "string" ? this.#rendered(entry, path, vars) : entry));
    if (typeof value !== "string") return value;
    if (value.startsWith("file://"))
      throw this.#yaml.refusal(path, `"${value.slice(0, 60)}" is another file; put its text here`);
    return this.#fill(value, path, vars);
  }

  #case({ text, path }: { text: string; path: Path }, vars: Vars, assert: Assertion[]): Case {
    const prompt = this.#fill(text, path, vars);
    const request = requestOf(prompt, vars, assert);
    return { prompt, ...(request !== undefined && { request }), assert };
  }

  #fill(text: string, path: Path, vars: Vars): string {
    const missing = this.#template(text, path).find((name) => vars[name] === undefined);
    if (missing !== undefined) throw this.#yaml.refusal(path, `uses {{${missing}}}, for which a test has no variable`);
    return renderVars(text, vars);
  }

  #template(text: string, path: Path): readonly string[] {
    const template = readTemplate(text);
    if ("problem" in template) throw this.#yaml.refusal(path, template.problem);
    return template.names;
  }

  #object(value: unknown, path: Path): Readonly<Record<string, unknown>> {
    const parsed = z.record(z.string(), z.unknown()).safeParse(value);
    if (!parsed.success) throw this.#yaml.refusal(path, `expected "name: value" lines under ${nameOf(path)}`);
    return parsed.data;
  }

  #list(value: unknown, path: Path, name: string): readonly unknown[] {
    if (Array.isArray(value) && value.length > 0) return value;
    if (typeof value === "string")
      throw this.#yaml.refusal(path, `"${value.slice(0, 60)}" is another file; put its content here`);
    throw this.#yaml.refusal(path, `${name} must be a list with at least one entry`);
  }

  #checkKeys(value: object, path: Path, allowed: readonly string[]): void {
    const unknown = Object.keys(value).find((key) => !allowed.includes(key));
    if (unknown === undefined) return;
    throw this.#yaml.refusal([...path, unknown], `"${unknown}" under ${nameOf(path)} cannot be imported; take it out`);
  }
}

function nameOf(path: Path): string {
  return path.length === 0 ? "the file" : path.join(".");
}

/** The longest variable that reads like something a user said, stands in the prompt once, and is not what an assertion looks for. */
function requestOf(prompt: string, vars: Vars, assert: readonly Assertion[]): string | undefined {
  const asserted = JSON.stringify(assert).toLowerCase();
  return Object.values(vars)
    .filter((value) => value.trim().split(/\s+/).length >= wordsOfRequest && prompt.split(value).length === 2)
    .filter((value) => !asserted.includes(JSON.stringify(value).slice(1, -1).toLowerCase()))
    .sort((a, b) => b.length - a.length)[0];
}
