/**
 * `npm run build`: the contracts as they are deployed (optimised through the IR), where `assay deploy` looks for them. The compiler runs
 * in a process of its own, whose warnings about libraries are shown only when it fails.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { productionBuild } from "./productionBuild.ts";

const compileFlag = "--compile";

async function compile(): Promise<never> {
  await productionBuild();
  process.exit();
}

async function build(): Promise<number> {
  process.stderr.write(
    "build: compiling the contracts as they are deployed; minutes the first time, seconds when nothing changed …\n",
  );
  const startedAt = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), compileFlag], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => written.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => written.push(chunk));
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once("close", (code) => resolve(code ?? 1));
  const code = await promise;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  if (code !== 0) process.stderr.write(Buffer.concat(written));
  const outcome = code === 0 ? "done; `npx assay deploy` finds it" : "failed; the lines above say why";
  process.stderr.write(`build: ${outcome} (${seconds} s)\n`);
  return code;
}

if (process.argv.includes(compileFlag)) await compile();
process.exitCode = await build();
