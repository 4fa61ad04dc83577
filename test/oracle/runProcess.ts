import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface RunningProcess {
  /** The one line it printed when it was ready. */
  readonly ready: string;
  /** URL at the end of that line. */
  readonly url: string;
  readonly pid: number;
  /** Settles when the process has ended, however it did. */
  readonly exited: Promise<number | null>;
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

const started = new Set<ChildProcess>();

/** Ends whatever of the processes started here is still running. */
export function killAll(): void {
  for (const child of started) child.kill("SIGKILL");
}

/**
 * Starts a service and waits for its ready line.
 * @param script With the words of a command behind it, if it has any: "cli/main.ts board".
 * @throws Error with what it wrote to stderr when it ends instead.
 */
export async function startProcess(script: string, config: string, env = {}): Promise<RunningProcess> {
  const [file = "", ...command] = script.split(" ");
  const child = spawn(process.execPath, [join(root, file), ...command, "--config", config], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  started.add(child);
  const exited = once(child, "exit").then(([code]: (number | null)[]) => {
    started.delete(child);
    return code ?? null;
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => errors.push(`${chunk}`));
  const line = await Promise.race([
    once(child.stdout, "data").then(([chunk]) => `${chunk}`.trim()),
    exited.then((code) => Promise.reject(new Error(`${script} ended with ${code}: ${errors.join("")}`))),
  ]);
  return {
    ready: line,
    url: line.split(" ").at(-1) ?? "",
    pid: child.pid ?? 0,
    exited,
    stop: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs a command, or a service that is expected to refuse; its exit code and everything it wrote. */
export function runToEnd(script: string, args: readonly string[], env = {}) {
  return startCommand(script, args, env).ended;
}

/** Starts a command that may be ended before it is through. */
export function startCommand(script: string, args: readonly string[], env = {}) {
  const child = spawn(process.execPath, [join(root, script), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  started.add(child);
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    written.stdout += `${chunk}`;
  });
  child.stderr.on("data", (chunk) => {
    written.stderr += `${chunk}`;
  });
  const ended = once(child, "close").then(([code]: (number | null)[]) => {
    started.delete(child);
    return { code, ...written };
  });
  return {
    /** What it has written so far. */
    written,
    ended,
    stop: (signal: "SIGTERM" | "SIGKILL") => {
      child.kill(signal);
      return ended;
    },
  };
}
