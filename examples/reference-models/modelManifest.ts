import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import type { Manifest } from "../../evaluation/manifest/manifest.ts";

/** Tokens a conversation may have. */
export const contextSize = 8_192;

/** The manifest of a reference model served below `url`, as canonical JSON: its SHA-256 is the version's digest. */
export function manifestBody(url: string, name: string): string {
  const manifest: Manifest = {
    name,
    endpoint: `${url}/${name}/v1/chat/completions`,
    model: name,
    contextSize,
    declaredRate: 200,
    declaredConcurrency: 32,
    serviceLevelMs: 250,
  };
  return canonicalJson(manifest);
}
