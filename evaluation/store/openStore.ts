import { type BlobStore, StoreError } from "./blobStore.ts";
import { DirectoryStore } from "./directoryStore.ts";
import { HttpStore } from "./httpStore.ts";
import { readS3Config } from "./s3Config.ts";
import { S3Store } from "./s3Store.ts";

/**
 * The store at a location: `s3://bucket/prefix`, the URL of a node's evidence (read only), or a folder.
 * @throws StoreError when the location or the environment lacks something; nothing is asked of the store yet
 */
export function openStore(location: string, env: Readonly<Record<string, string | undefined>>): BlobStore {
  if (location.startsWith("s3:")) return new S3Store(readS3Config(location, env));
  if (/^https?:\/\//.test(location)) return new HttpStore(location);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location))
    throw new StoreError(
      `${location} is no place for evidence; use a folder, s3://bucket/prefix, or http(s)://…/evidence`,
    );
  return new DirectoryStore(location);
}
