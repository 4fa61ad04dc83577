/**
 * Writes the shared vectors, test/vectors/<rule>.json: the hand-picked cases of every rule with what the TypeScript twin answers.
 * The tests hold both twins to them. `--check` writes nothing and exits 1 when a file is not what it should be.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { edgeCases } from "../test/domain/differential/edgeCases.ts";
import { type Rule, recorded } from "../test/domain/differential/rule.ts";
import { rules } from "../test/domain/differential/rules.ts";

const folder = new URL("../test/vectors/", import.meta.url);

function vectorsOf(rule: Rule): string {
  const edges = edgeCases[rule.name];
  if (edges === undefined) throw new Error(`there are no hand-picked cases for the rule ${rule.name}`);
  const inputs = Object.entries(edges.cases).map(([name, input]) => ({
    name,
    input: recorded(input),
    expected: undefined,
  }));
  const { answers } = rule.fromVectors(inputs);
  const cases = inputs.map(({ name, input }, index) => ({ name, input, expected: recorded(answers[index] ?? {}) }));
  return `${JSON.stringify({ rule: rule.name, about: edges.about, cases }, null, 2)}\n`;
}

function write(check: boolean): string[] {
  mkdirSync(folder, { recursive: true });
  return rules.flatMap((rule) => {
    const target = new URL(`${rule.name}.json`, folder);
    const text = vectorsOf(rule);
    if (existsSync(target) && readFileSync(target, "utf8") === text) return [];
    if (!check) writeFileSync(target, text);
    return [`test/vectors/${rule.name}.json`];
  });
}

const check = process.argv.includes("--check");
const changed = write(check);
if (changed.length > 0) console.log(`${check ? "stale" : "wrote"}: ${changed.join(", ")}`);
if (check && changed.length > 0) {
  console.error("A rule or its cases changed: run `node scripts/vectors.ts`, read the difference, and commit it.");
  process.exitCode = 1;
}
