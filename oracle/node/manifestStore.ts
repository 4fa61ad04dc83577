import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../evaluation/evidence/canonicalJson.ts";
import { loadManifest, type Manifest, manifestDigest, parseManifest } from "../../evaluation/manifest/manifest.ts";
import type { Assignment } from "./versionsToMeasure.ts";

/** A version cannot be measured, because its manifest is missing, is another one, or asks for what this node does not give. */
export class UnusableManifestError extends Error {
  override name = "UnusableManifestError";
}

/** The manifests of versions, by digest: fetched once, then read from disk. */
export interface ManifestStore {
  /** @throws UnusableManifestError, or the loader's own error when the URI does not answer. */
  get(assignment: Assignment): Promise<Manifest>;
}

/** @param directory Must exist. */
export function createManifestStore(directory: string, allowPrivateHosts: readonly string[]): ManifestStore {
  return {
    async get({ digest, manifestUri }) {
      const file = join(directory, `${digest}.json`);
      const kept = await readFile(file, "utf8").catch(() => undefined);
      const manifest = kept === undefined ? await fetchManifest(manifestUri) : parseManifest(JSON.parse(kept), file);
      const found = manifestDigest(manifest);
      if (found !== digest)
        throw new UnusableManifestError(
          `the manifest at ${manifestUri} has digest ${found}, on chain stands ${digest}`,
        );
      if (kept === undefined) await keep(file, manifest);
      return manifest;
    },
  };

  function fetchManifest(uri: string): Promise<Manifest> {
    // Anything else would be read from this machine's disk.
    if (!/^https?:\/\//.test(uri))
      throw new UnusableManifestError(`${uri.slice(0, 80)} is no http(s) URL of a manifest`);
    return loadManifest(uri, allowPrivateHosts);
  }
}

/** Written beside and renamed, so that a crash leaves no half of a file; several versions may have one manifest, and be measured at once. */
async function keep(file: string, manifest: Manifest): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  await writeFile(partial, canonicalJson(manifest));
  await rename(partial, file);
}
