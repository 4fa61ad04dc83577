import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import type { Manifest } from "../../evaluation/manifest/manifest.ts";

/** Tokens a conversation may have. */
export const contextSize = 8_192;

/** What an owner declares of a model's speed; see Manifest. */
export type DeclaredService = Pick<Manifest, "declaredRate" | "declaredConcurrency" | "serviceLevelMs">;

const usualService: DeclaredService = { declaredRate: 200, declaredConcurrency: 32, serviceLevelMs: 1_000 };

/**
 * The manifest of a reference model served below `url`, as canonical JSON: its SHA-256 is the version's digest.
 * @param declared what differs from the usual: the speed, or the key that replies are signed with
 */
export function manifestBody(url: string, name: string, declared: Partial<Manifest> = {}): string {
  const manifest: Manifest = {
    name,
    endpoint: `${url}/${name}/v1/chat/completions`,
    model: name,
    contextSize,
    ...usualService,
    ...declared,
  };
  return canonicalJson(manifest);
}
