import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import { harnessFile, inputOf, type Project } from "./Project.ts";

const setup = fileURLToPath(new URL("recordTwinCalls.setup.ts", import.meta.url));
const differentialTest = "test/domain/differential.test.ts";

/** Digest of all that decides what the differential tests ask and what has to be answered. */
function digestOf(project: Project, cases: number): string {
  const hash = createHash("sha256")
    .update(`${cases}`)
    .update(JSON.stringify(inputOf(project, [harnessFile])));
  for (const directory of ["domain", "test/domain", "test/vectors"]) {
    const names = readdirSync(join(project.root, directory), { recursive: true, encoding: "utf8" }).sort();
    for (const name of names.filter((file) => /\.(ts|json)$/.test(file))) {
      hash.update(name).update(readFileSync(join(project.root, directory, name)));
    }
  }
  return hash.digest("hex");
}

/**
 * The calls of the differential tests with the answers that both twins agree on, as a file of lines `[data, answer]`. The twins in
 * TypeScript do not change with a mutant, and what they ask does not depend on what Solidity answers: a mutant that answers any of
 * these calls differently is one that the differential tests would catch, found in a hundredth of their time.
 * @param cases Random cases a rule, beside the recorded vectors.
 */
export async function recordTwinCalls(project: Project, cases: number): Promise<string> {
  const file = join(project.root, `cache/mutation/twins-${digestOf(project, cases).slice(0, 16)}.ndjson`);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  rmSync(unfinished, { force: true });
  const vitest = await startVitest("test", [differentialTest], {
    root: project.root,
    config: false,
    watch: false,
    run: true,
    reporters: ["dot"],
    include: [differentialTest],
    setupFiles: [setup],
    env: { ASSAY_TWIN_CALLS: unfinished, ASSAY_FUZZ_CASES: `${cases}` },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  });
  const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length;
  await vitest.close();
  process.exitCode = 0;
  if (failed > 0 || !existsSync(unfinished)) throw new Error(`${differentialTest} fails without any mutant`);
  renameSync(unfinished, file);
  return file;
}
