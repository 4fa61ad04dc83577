import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Deployment } from "../sdk/deployment.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Files outside Ponder's own build id that decide what the rows mean, and those inside it, so that one digest tells all. */
const patterns = [
  "domain/**/*.ts",
  "sdk/abi/*.ts",
  "ponder.config.ts",
  "indexer/ponder.schema.ts",
  "indexer/schema/*.ts",
  "indexer/src/*.ts",
] as const;

/**
 * sha256 (hex) over the rules, the ABIs, the handlers and the deployment. Another digest means rows of another meaning:
 * the indexer then starts afresh in a schema of its own, and never goes on with rows of an older rule.
 */
export function rulesDigest(deployment: Deployment): string {
  const hash = createHash("sha256").update(JSON.stringify(deployment));
  for (const path of globSync([...patterns], { cwd: root }).sort()) {
    hash.update(`\0${path}\0`).update(readFileSync(`${root}/${path}`));
  }
  return hash.digest("hex");
}
