import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const hardhat = fileURLToPath(new URL("cli.js", import.meta.resolve("hardhat")));

/** The contracts do not compile; the message holds the compiler's words. */
export class CompileError extends Error {
  override name = "CompileError";
}

/**
 * Compiles the contracts if anything changed, in a process of its own: the compiler's memory, its hooks into the process and its
 * warnings about libraries are not for whoever only wants to start the network. Without a terminal Hardhat asks nothing.
 * @throws CompileError
 */
export function compile(...options: string[]): void {
  const result = spawnSync(process.execPath, [hardhat, "build", "--quiet", "--no-tests", ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) throw new CompileError(`the contracts do not compile:\n${result.stdout}${result.stderr}`);
}
