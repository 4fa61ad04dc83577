import { apiKeySource, readKeyFile } from "../../evaluation/manifest/apiKey.ts";
import type { Manifest } from "../../evaluation/manifest/manifest.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { UnusableManifestError } from "./manifestStore.ts";
import type { NodeConfig } from "./nodeConfig.ts";

/** An API key with the only hosts it is ever sent to. */
export interface GrantedKey {
  /** As manifests name it: a variable or a file. */
  readonly name: string;
  readonly hosts: readonly string[];
  readonly value: string;
}

/** @throws RefusedStart when a variable is not set or a file holds no key. */
export function readGrantedKeys(
  config: Pick<NodeConfig, "apiKeys">,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GrantedKey[]> {
  return Promise.all(
    config.apiKeys.map(async (source) => {
      if ("file" in source) return { name: source.file, hosts: source.hosts, value: await keyIn(source.file) };
      const value = env[source.env];
      if (!value)
        throw new RefusedStart(`apiKeys names ${source.env}, which is not set: export it or take it off the list`);
      return { name: source.env, hosts: source.hosts, value };
    }),
  );
}

/**
 * The key a manifest asks for. A key goes to the hosts it was granted to: otherwise anybody's manifest could have it sent to a server of
 * theirs by naming it.
 * @throws UnusableManifestError when it was not granted to the manifest's endpoint
 */
export function grantedKey(manifest: Manifest, keys: readonly GrantedKey[]): string | undefined {
  const source = apiKeySource(manifest);
  if (source === null) return undefined;
  const { hostname, host } = new URL(manifest.endpoint);
  const found = keys.find(
    ({ name, hosts }) => name === source.name && (hosts.includes(host) || hosts.includes(hostname)),
  );
  if (found) return found.value;
  throw new UnusableManifestError(
    `the manifest asks for the key ${source.name} at ${host}: grant it in apiKeys if that host may have it`,
  );
}

function keyIn(file: string): Promise<string> {
  return readKeyFile(file).catch((cause: unknown) => {
    throw new RefusedStart(`apiKeys: ${cause instanceof Error ? cause.message : file}`);
  });
}
