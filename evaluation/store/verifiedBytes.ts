import { createHash } from "node:crypto";
import type { Hex } from "../../domain/hex.ts";
import { BlobMismatchError, maxBlobBytes, StoreError } from "./blobStore.ts";

/**
 * Passes bytes on while it hashes them. The last chunk is held back until the hash is known, so that nobody ends up with a whole blob
 * that is not the one asked for.
 * @throws BlobMismatchError, StoreError when the source breaks
 */
export async function* verifiedBytes(
  place: string,
  hash: Hex,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const hasher = createHash("sha256");
  let size = 0;
  let held: Buffer | null = null;
  for await (const chunk of unbroken(place, hash, source)) {
    size += chunk.length;
    if (size > maxBlobBytes) throw new BlobMismatchError(place, hash, `is longer than ${maxBlobBytes} bytes`);
    hasher.update(chunk);
    if (held) yield held;
    held = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
  const found = `0x${hasher.digest("hex")}`;
  if (found !== hash) throw new BlobMismatchError(place, hash, `has the SHA-256 ${found} here`);
  if (held) yield held;
}

/** The same bytes; a disk or connection that fails is told in words of the store. */
async function* unbroken(place: string, hash: Hex, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : `${cause}`;
    throw new StoreError(`${place}: blob ${hash} cannot be read to its end (${reason}); take it from another store`, {
      cause,
    });
  }
}
