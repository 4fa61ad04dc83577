import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { NoBlobError } from "../evaluation/replay/noBlobError.ts";
import { readBlobHash, StoreError } from "../evaluation/store/blobStore.ts";
import { openStore } from "../evaluation/store/openStore.ts";
import { UsageError } from "./exitCode.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The bytes of the blob that an argument names: a file, the folder an evaluation wrote, or with a store a hash.
 * @throws NoBlobError, StoreError, UsageError
 */
export async function evidenceBytes(
  evidence: string,
  place: string | undefined,
  env: Surroundings["env"],
): Promise<AsyncIterable<Buffer>> {
  if (place === undefined) return createReadStream(await blobPath(evidence));
  const hash = readBlobHash(evidence);
  if (hash === null) throw new UsageError(`${evidence}: expected a blob's hash, 0x and 64 hex digits, with --store`);
  const store = openStore(place, env);
  const blob = await store.get(hash);
  if (blob === null)
    throw new StoreError(`${store.place} holds no blob ${hash}; check the hash, or name another store`);
  return blob.bytes;
}

/** The file itself, or of a folder its only blob, or the one its report is about. @throws NoBlobError */
export async function blobPath(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new NoBlobError(`${path} does not exist; give an evidence folder or an .ndjson blob`);
  if (!found.isDirectory()) return path;
  const names = (await readdir(path)).filter((name) => name.endsWith(".ndjson")).sort();
  const [only, ...others] = names;
  if (!only) throw new NoBlobError(`${path} holds no .ndjson blob; give the folder an evaluation wrote`);
  if (others.length === 0) return join(path, only);
  const report = await readFile(join(path, "report.json"), "utf8").catch(() => "");
  const reported = names.find((name) => report.includes(`"evidenceHash": "${name.replace(/\.ndjson$/, "")}"`));
  if (!reported) throw new NoBlobError(`${path} holds ${names.length} blobs; name one of them`);
  return join(path, reported);
}
