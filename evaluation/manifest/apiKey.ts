import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { EvaluationError } from "../evaluationError.ts";
import type { Manifest } from "./manifest.ts";

/** The key cannot be had. The message names its source, never a part of its text. */
export class ApiKeyError extends EvaluationError {}

/** Where a manifest says its key lies. */
export interface ApiKeySource {
  readonly kind: "env" | "file";
  /** Name of the variable, or path as the manifest writes it. */
  readonly name: string;
}

export function apiKeySource({ apiKeyEnv, apiKeyFile }: Manifest): ApiKeySource | null {
  if (apiKeyEnv !== undefined) return { kind: "env", name: apiKeyEnv };
  return apiKeyFile === undefined ? null : { kind: "file", name: apiKeyFile };
}

/**
 * Reads the key from where the manifest says. A relative path starts at the manifest's folder.
 * @throws ApiKeyError
 */
export async function readApiKey(
  source: ApiKeySource,
  { env, manifestFile }: { env: Readonly<Record<string, string | undefined>>; manifestFile: string },
): Promise<string> {
  return source.kind === "env" ? keyInVariable(source.name, env) : readKeyFile(source.name, dirname(manifestFile));
}

function keyInVariable(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const key = env[name];
  if (!key) {
    throw new ApiKeyError(
      `environment variable ${name}, which the manifest names in apiKeyEnv, is not set; export it and run again`,
    );
  }
  return checkKey(key.trim(), `environment variable ${name}`);
}

/** @throws ApiKeyError */
export async function readKeyFile(path: string, folder = "."): Promise<string> {
  const file = resolve(folder, path);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ApiKeyError(`${file}, which the manifest names in apiKeyFile, cannot be read; check the path`, { cause });
  });
  return checkKey(text.trim(), file);
}

/** One header value: printable ASCII without a break. */
function checkKey(key: string, source: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key;
  throw new ApiKeyError(`${source} holds no API key: expected one line of 1 to 4096 printable ASCII characters`);
}
