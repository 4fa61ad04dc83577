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
  /** For one store: a blob is there whole by then, or the next store is asked. */
  readonly maxMilliseconds: number;
}

interface Reading extends ClaimsSource {
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** What a report's evidence claims; or why it cannot be read, although it is what was signed. */
export type Fetched = { readonly claims: Claims } | { readonly unreadable: string };

/**
 * Reads the evidence with a hash from the first store that has all of it.
 * @param noteFailure Told why a store did not give it.
 * @returns undefined when none has it, or the reading was ended
 */
export async function fetchClaims(
  source: Reading,
  hash: Hex,
  noteFailure: (place: string, reason: string) => void,
): Promise<Fetched | undefined> {
  for (const store of source.stores) {
    const late = AbortSignal.timeout(source.maxMilliseconds);
    try {
      const blob = await store.get(hash, AbortSignal.any([source.signal, late]));
      if (blob) return await readBlob(blob, source);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (source.signal.aborted) return undefined;
      noteFailure(store.place, late.aborted ? tooSlow(source) : error.message);
    }
  }
  return undefined;
}

/** @throws StoreError when the bytes are not those of the blob's name, too many, or too slow */
async function readBlob({ bytes, size }: StoredBlob, source: ClaimsSource): Promise<Fetched> {
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

async function* bounded(bytes: AsyncIterable<Buffer>, source: ClaimsSource): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > source.maxBytes) throw tooLarge(source);
    yield chunk;
  }
}

const tooSlow = ({ maxMilliseconds }: ClaimsSource): string =>
  `did not come within ${maxMilliseconds} ms: see audit.maxSeconds`;

const tooLarge = ({ maxBytes }: ClaimsSource): StoreError =>
  new StoreError(`is larger than ${maxBytes} bytes: see audit.maxMegabytes`);

/** The same bytes, which whoever stops reading leaves for the next one to go on with. */
function keptOpen(bytes: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }) };
}
