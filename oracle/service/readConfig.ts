import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { z } from "zod";
import { JsonDocument } from "../../evaluation/document/jsonDocument.ts";
import { readText as readBounded } from "../../evaluation/document/readText.ts";
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

const maxConfigBytes = 262_144;

/**
 * Reads a configuration (JSON5: JSON with comments) as a whole: every wrong key is named at once, a line each.
 * @throws RefusedStart with all problems: file, line, key, value unless it may be a secret, what to do
 */
export async function readConfig<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const source = { path, name: path, sort: "configuration", maxBytes: maxConfigBytes };
  const text = await readBounded(source, RefusedStart);
  return JsonDocument.parseJson5(text, path, RefusedStart).checkAll(schema, RefusedStart);
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
