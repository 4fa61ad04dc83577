import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

const refused = [
  ["domain/a.ts", "../evaluation/plan/plan.ts"],
  ["domain/b.ts", "viem"],
  ["domain/c.ts", "node:fs"],
  ["sdk/a.ts", "../evaluation/plan/plan.ts"],
  ["evaluation/a.ts", "../sdk/index.ts"],
  ["evaluation/families/a.ts", "../../oracle/main.ts"],
  ["indexer/a.ts", "../oracle/main.ts"],
  ["oracle/node/a.ts", "../../indexer/settings.ts"],
  ["oracle/a.ts", "../cli/main.ts"],
  ["examples/a.ts", "../oracle/main.ts"],
] as const;
const allowed = [
  ["sdk/z.ts", "../domain/decay.ts"],
  ["evaluation/z.ts", "../domain/seed.ts"],
  ["oracle/node/z.ts", "../../evaluation/evaluate.ts"],
  ["indexer/z.ts", "../sdk/index.ts"],
  ["scripts/z.ts", "../oracle/main.ts"],
] as const;

const root = fileURLToPath(new URL("../..", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "assay-floors-"));
let refusedPaths: Set<string>;

const diagnostics = z.object({
  diagnostics: z.array(z.object({ category: z.string(), location: z.object({ path: z.string() }) })),
});

/** The project's own linter configuration over a tree that holds one import a file. */
beforeAll(() => {
  const config = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
  writeFileSync(join(dir, "biome.json"), JSON.stringify({ ...config, $schema: undefined, vcs: { enabled: false } }));
  for (const [path, specifier] of [...refused, ...allowed]) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), `import { x } from "${specifier}";\n\nexport const y = x;\n`);
  }
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const { stdout } = spawnSync(process.execPath, [biome, "lint", "--reporter=json"], { cwd: dir, encoding: "utf8" });
  const found = diagnostics.parse(JSON.parse(stdout)).diagnostics;
  const byFloor = found.filter(({ category }) => category === "lint/style/noRestrictedImports");
  refusedPaths = new Set(byFloor.map(({ location }) => location.path));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.each(refused)("error: %s may not import %s", (path) => {
  expect(refusedPaths).toContain(path);
});

test.each(allowed)("behavior: %s may import %s from a floor below", (path) => {
  expect(refusedPaths).not.toContain(path);
});
