import { request } from "undici";
import type { Hex } from "../../domain/hex.ts";
import { type BlobStore, type StoredBlob, StoreError } from "./blobStore.ts";
import { verifiedBytes } from "./verifiedBytes.ts";

const headersTimeout = 10_000;
const bodyTimeout = 30_000;

/** The evidence that an evaluator's node serves at `<url>/<hash>`, to read from. */
export class HttpStore implements BlobStore {
  readonly place: string;

  constructor(url: string) {
    this.place = url.replace(/\/+$/, "");
  }

  async check(): Promise<void> {
    throw this.#readOnly();
  }

  async has(hash: Hex): Promise<boolean> {
    const { statusCode, body } = await this.#ask(hash, "HEAD");
    await body.dump();
    return this.#isThere(statusCode);
  }

  async put(): Promise<void> {
    throw this.#readOnly();
  }

  async get(hash: Hex, signal?: AbortSignal): Promise<StoredBlob | null> {
    const { statusCode, body, headers } = await this.#ask(hash, "GET", signal);
    if (!this.#isThere(statusCode)) {
      await body.dump();
      return null;
    }
    const size = Number(headers["content-length"] ?? Number.NaN);
    return { size: Number.isSafeInteger(size) ? size : null, bytes: verifiedBytes(this.place, hash, body) };
  }

  #ask(hash: Hex, method: "GET" | "HEAD", signal: AbortSignal | null = null) {
    return request(`${this.place}/${hash}`, { method, headersTimeout, bodyTimeout, signal }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message || cause.name : `${cause}`;
      throw new StoreError(`evidence store ${this.place} did not answer (${reason}); check the address`, { cause });
    });
  }

  #isThere(status: number): boolean {
    if (status === 200) return true;
    if (status === 404) return false;
    throw new StoreError(`evidence store ${this.place} answered ${status} instead of 200 or 404; check the address`);
  }

  #readOnly(): StoreError {
    return new StoreError(
      `evidence store ${this.place} can only be read from; put evidence into a folder or s3://bucket/prefix`,
    );
  }
}
