import type { Hex } from "viem";
import { EvaluationError } from "../../evaluation/evaluationError.ts";
import { type Claims, readClaims } from "../../evaluation/replay/readClaims.ts";
import { type BlobStore, type StoredBlob, StoreError } from "../../evaluation/store/blobStore.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";

export interface ClaimsSource {
  /** Asked one after the other. */
  readonly stores: readonly BlobStore[];
  /** Opened private packs that a suite commits to. */
  readonly packs: readonly Pack[];
  readonly maxBytes: number;
  readonly maxMilliseconds: number;
}

interface Reading extends ClaimsSource {
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** What a report's evidence claims; or why it cannot be read, although it is what was signed. */
export type Fetched = { readonly claims: Claims } | { readonly unreadable: string };

/** A blob is larger, or comes more slowly, than this node reads. */
class TooMuchError extends StoreError {
  override name = "TooMuchError";
}

/**
 * Reads the evidence with a hash from the first store that has all of it.
 * @param noteFailure Told why a store did not give it.
 * @returns undefined when none has it
 */
export async function fetchClaims(
  source: Reading,
  hash: Hex,
  noteFailure: (place: string, reason: string) => void,
): Promise<Fetched | undefined> {
  for (const store of source.stores) {
    try {
      const blob = await store.get(hash);
      if (blob) return await readBlob(blob, source);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      noteFailure(store.place, error.message);
    }
  }
  return undefined;
}

/** @throws StoreError when the bytes are not those of the blob's name, or too many */
async function readBlob({ bytes, size }: StoredBlob, source: Reading): Promise<Fetched> {
  if (size !== null && size > source.maxBytes) throw tooLarge(source);
  const open = keptOpen(bounded(bytes, source));
  try {
    return { claims: await readClaims(open, source.packs) };
  } catch (error) {
    if (!(error instanceof EvaluationError) || error instanceof StoreError) throw error;
    // A store can give anything: only what hashes to its name, to the end, was signed.
    for await (const _ of open);
    return { unreadable: error.message };
  }
}

async function* bounded(bytes: AsyncIterable<Buffer>, source: Reading): AsyncGenerator<Buffer> {
  const over = AbortSignal.any([source.signal, AbortSignal.timeout(source.maxMilliseconds)]);
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > source.maxBytes) throw tooLarge(source);
    if (over.aborted) throw new TooMuchError(`did not come within ${source.maxMilliseconds} ms: see audit.maxSeconds`);
    yield chunk;
  }
}

const tooLarge = ({ maxBytes }: Pick<ClaimsSource, "maxBytes">): TooMuchError =>
  new TooMuchError(`is larger than ${maxBytes} bytes: see audit.maxMegabytes`);

/** The same bytes, which whoever stops reading leaves for the next one to go on with. */
function keptOpen(bytes: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) };
}
