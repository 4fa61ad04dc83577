import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { z } from "zod";
import { type Deployment, InvalidDeploymentError, parseDeployment } from "../../sdk/index.ts";
import { RefusedStart } from "./refusedStart.ts";

/**
 * The file that `--config` names.
 * @throws RefusedStart when it is not given, or anything else is.
 */
export function configPath(argv: string[], usage: string): string {
  try {
    const { values } = parseArgs({ args: argv, options: { config: { type: "string" } } });
    if (values.config) return values.config;
  } catch (cause) {
    throw new RefusedStart(`${cause instanceof Error ? cause.message.split("\n")[0] : cause}; usage: ${usage}`);
  }
  throw new RefusedStart(`no configuration given; usage: ${usage}`);
}

/**
 * Reads a text file that a configuration names.
 * @throws RefusedStart when it cannot be read.
 */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new RefusedStart(`${what} ${path} cannot be read: give the path of a file that exists`);
  }
}

/**
 * Reads a JSON configuration as a whole: every wrong key is named at once.
 * @throws RefusedStart with all problems in one line.
 */
export function readConfig<T extends z.ZodType>(path: string, schema: T): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(readText(path, "configuration"));
  } catch (cause) {
    if (cause instanceof RefusedStart) throw cause;
    throw new RefusedStart(`configuration ${path} is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
  throw new RefusedStart(`configuration ${path}: ${problems.join("; ")}`);
}

/**
 * Reads the deployment file a configuration names.
 * @throws RefusedStart when it is missing or wrong.
 */
export function readDeployment(path: string): Deployment {
  try {
    return parseDeployment(readText(path, "deployment"), path);
  } catch (cause) {
    throw cause instanceof InvalidDeploymentError ? new RefusedStart(cause.message) : cause;
  }
}
