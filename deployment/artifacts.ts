import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact, ArtifactResolver } from "@nomicfoundation/ignition-core";
import { z } from "zod";

/** Where the contracts are compiled to: for tests and the devnet, and as they are deployed (`npm run build`). */
export const artifactDirs = {
  default: fileURLToPath(new URL("../artifacts", import.meta.url)),
  production: fileURLToPath(new URL("../cache/production/artifacts", import.meta.url)),
} as const;

const artifactSchema = z.looseObject({
  _format: z.string(),
  contractName: z.string(),
  sourceName: z.string(),
  abi: z.array(z.unknown()),
  bytecode: z.string(),
  deployedBytecode: z.string(),
  linkReferences: z.record(z.string(), z.never()),
  deployedLinkReferences: z.record(z.string(), z.never()),
});

/** A contract was not compiled: the message says what to run. */
export class MissingArtifactError extends Error {
  override name = "MissingArtifactError";
}

/** Every `<dir>/<Name>.sol/<Name>.json` below a folder. */
function findArtifact(dir: string, name: string): string | undefined {
  const direct = join(dir, `${name}.sol`, `${name}.json`);
  if (existsSync(direct)) return direct;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.endsWith(".sol")) continue;
    const found = findArtifact(join(dir, entry.name), name);
    if (found) return found;
  }
  return undefined;
}

/**
 * Reads a compiled contract by its name.
 * @throws MissingArtifactError
 */
export function readArtifact(name: string, dir: string = artifactDirs.default): Artifact {
  const path = existsSync(dir) ? findArtifact(dir, name) : undefined;
  if (!path) throw new MissingArtifactError(`the contract ${name} is not compiled: run \`npm run build\` first`);
  return artifactSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** What Ignition asks for contracts. Build infos are only needed to verify sources at an explorer. */
export function artifactsIn(dir: string): ArtifactResolver {
  return { loadArtifact: async (name) => readArtifact(name, dir), getBuildInfo: async () => undefined };
}
