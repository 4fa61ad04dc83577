import type { Hex } from "../../domain/hex.ts";
import { EvaluationError } from "../evaluationError.ts";

/** A blob on its way out of a store. */
export interface StoredBlob {
  /** Bytes, when the store says so beforehand. */
  readonly size: number | null;
  /** The last chunk comes only once all of them hash to the blob's name. @throws BlobMismatchError, StoreError */
  readonly bytes: AsyncIterable<Buffer>;
}

/** Blobs by the SHA-256 of their bytes, as `0x<sha256>.ndjson`: whoever reads one can trust it. */
export interface BlobStore {
  /** Where it is, for people. */
  readonly place: string;
  /** Refuses a store that blobs could not be put into, before anything is measured. @throws StoreError */
  check(): Promise<void>;
  has(hash: Hex): Promise<boolean>;
  /** Puts a file under its hash; a blob that is there already stays. @throws BlobMismatchError, StoreError */
  put(hash: Hex, path: string): Promise<void>;
  /** Null when there is no such blob. @param signal Ends asking and reading, with a StoreError. @throws StoreError */
  get(hash: Hex, signal?: AbortSignal): Promise<StoredBlob | null>;
}

/** Larger than any run's evidence; bounds what a reader takes from a store that does not end. */
export const maxBlobBytes = 1_073_741_824;

/** A store cannot be used as it is: where it is, what it answered, what to do. */
export class StoreError extends EvaluationError {}

/** Bytes that are not those of the blob's name. */
export class BlobMismatchError extends StoreError {
  constructor(place: string, hash: Hex, found: string) {
    super(`${place}: blob ${hash} ${found}; it was changed or cut: take it from another store`);
  }
}

/** The name of a blob's file or object. */
export function blobName(hash: Hex): string {
  return `${hash}.ndjson`;
}

/** Reads a blob's hash. @returns null when the text is none */
export function readBlobHash(text: string): Hex | null {
  const digits = /^(?:0x)?([0-9a-f]{64})$/.exec(text.toLowerCase())?.[1];
  return digits === undefined ? null : `0x${digits}`;
}
