#!/usr/bin/env node
// `assay` on the project's own Node, whatever Node the machine has, and with no dependencies: before they are installed it says so.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const main = fileURLToPath(new URL("main.ts", import.meta.url));
const node = `${root}node_modules/node/bin/node`;
const needed = [node, `${root}node_modules/commander`, `${root}node_modules/viem`];

// Node keeps what it compiled: the second start takes half the time.
const compiled = process.env.NODE_COMPILE_CACHE ?? `${root}node_modules/.cache/node`;

if (process.execPath === node) {
  module.enableCompileCache(compiled);
  await import("./main.ts");
} else if (!needed.every((path) => existsSync(path))) {
  console.error(`assay: the dependencies are not installed: run \`npm ci\` or \`npm start\` in ${root} first`);
  process.exitCode = 1;
} else {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit", env });
  // A terminal tells both of Ctrl-C; what is sent to this process alone is passed on. Either way the child decides when it ends.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}
