import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AwsV4Signer } from "aws4fetch";
import pRetry, { AbortError } from "p-retry";
import { type Dispatcher, request } from "undici";
import type { Hex } from "../../domain/hex.ts";
import { sha256 } from "../evidence/sha256.ts";
import { type BlobStore, blobName, type StoredBlob, StoreError } from "./blobStore.ts";
import type { S3Config } from "./s3Config.ts";
import { verifiedBytes } from "./verifiedBytes.ts";

/** Milliseconds until the answer begins, and between two pieces of it. */
const headersTimeout = 30_000;
const bodyTimeout = 30_000;
/** Of an answer that says no; the code stands at its start. */
const maxErrorBytes = 16_384;
const emptyHash = sha256("");

type Response = Dispatcher.ResponseData<null>;

/** One signed request. */
interface Call {
  readonly method: "HEAD" | "GET" | "PUT";
  /** Key of an object; empty for the bucket itself. */
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  readonly upload?: { readonly path: string; readonly size: number; readonly hash: string };
}

/**
 * Blobs as objects of an S3-compatible bucket, path-style (Amazon S3, MinIO, Ceph, R2, …). Requests are signed with SigV4; the
 * signature covers the SHA-256 of the bytes, which is the blob's name, so that a server that checks it refuses anything else.
 */
export class S3Store implements BlobStore {
  readonly place: string;
  readonly #config: S3Config;

  constructor(config: S3Config) {
    this.#config = config;
    this.place = `s3://${[config.bucket, config.prefix].filter(Boolean).join("/")}`;
  }

  /** Asks for the bucket: an address, keys or a name that are wrong show here. */
  async check(): Promise<void> {
    const response = await this.#call({ method: "HEAD", key: "" });
    if (response.statusCode === 404) {
      await response.body.dump();
      throw new StoreError(
        `evidence store ${this.place}: there is no bucket "${this.#config.bucket}"; create it first`,
      );
    }
    await this.#accept(response);
  }

  async has(hash: Hex): Promise<boolean> {
    const response = await this.#call({ method: "HEAD", key: this.#keyOf(hash) });
    if (response.statusCode !== 404) await this.#accept(response);
    else await response.body.dump();
    return response.statusCode !== 404;
  }

  async put(hash: Hex, path: string): Promise<void> {
    // Before anything is sent: not every server checks what a signature says about the body.
    for await (const _ of verifiedBytes(path, hash, createReadStream(path)));
    if (await this.has(hash)) return;
    const { size } = await stat(path);
    const upload = { path, size, hash: hash.slice(2) };
    await this.#accept(await this.#call({ method: "PUT", key: this.#keyOf(hash), upload }));
  }

  async get(hash: Hex, signal?: AbortSignal): Promise<StoredBlob | null> {
    const response = await this.#call({ method: "GET", key: this.#keyOf(hash), signal });
    if (response.statusCode === 404) {
      await response.body.dump();
      return null;
    }
    if (response.statusCode !== 200) throw await this.#refusal(response);
    const size = Number(response.headers["content-length"] ?? Number.NaN);
    const bytes = verifiedBytes(this.place, hash, response.body);
    return { size: Number.isSafeInteger(size) ? size : null, bytes };
  }

  #keyOf(hash: Hex): string {
    const { prefix } = this.#config;
    return prefix ? `${prefix}/${blobName(hash)}` : blobName(hash);
  }

  /** Asks again, twice, when the server is busy or the connection broke: every request here can be repeated. */
  async #call(call: Call): Promise<Response> {
    try {
      const { signal } = call;
      const tries = { retries: 2, minTimeout: 200, factor: 3, randomize: true, signal };
      return await pRetry(() => this.#callOnce(call), tries);
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      const reason = cause instanceof Error ? cause.message || cause.name : `${cause}`;
      throw new StoreError(
        `evidence store ${this.place} did not answer at ${this.#config.endpoint.origin} (${reason}); check AWS_ENDPOINT_URL_S3`,
        { cause },
      );
    }
  }

  async #callOnce({ method, key, upload, signal }: Call): Promise<Response> {
    const { url, headers } = await this.#sign({ method, key, ...(upload && { upload }) });
    const response = await request(url, {
      method,
      headers: { ...headers, ...(upload && { "content-length": `${upload.size}` }) },
      body: upload ? createReadStream(upload.path) : null,
      headersTimeout,
      bodyTimeout,
      signal: signal ?? null,
    });
    if (response.statusCode < 500) return response;
    const refusal = await this.#refusal(response);
    throw response.statusCode === 501 ? new AbortError(refusal) : refusal;
  }

  async #sign({ method, key, upload }: Call): Promise<{ url: string; headers: Record<string, string> }> {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey, sessionToken } = this.#config;
    const path = [endpoint.pathname.replace(/\/+$/, ""), bucket, ...key.split("/").filter(Boolean)];
    const signer = new AwsV4Signer({
      method,
      url: `${endpoint.origin}${path.map((part, place) => (place === 0 ? part : encodeURIComponent(part))).join("/")}`,
      headers: {
        "x-amz-content-sha256": upload?.hash ?? emptyHash,
        ...(upload && { "content-type": "application/x-ndjson" }),
      },
      service: "s3",
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    });
    const { url, headers } = await signer.sign();
    return { url: url.href, headers: Object.fromEntries(headers) };
  }

  /** Drains an answer that says yes. @throws StoreError for any other */
  async #accept(response: Response): Promise<void> {
    if (response.statusCode < 200 || response.statusCode >= 300) throw await this.#refusal(response);
    await response.body.dump();
  }

  /** The server's own code (`NoSuchBucket`, `SignatureDoesNotMatch`) says most. */
  async #refusal({ statusCode, body }: Response): Promise<StoreError> {
    let text = "";
    for await (const chunk of body) {
      text += chunk;
      if (text.length > maxErrorBytes) break;
    }
    const code = /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(text)?.[1];
    const hint =
      statusCode === 403
        ? "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and that the key may read, write and list"
        : "check bucket and AWS_ENDPOINT_URL_S3";
    return new StoreError(
      `evidence store ${this.place} answered ${statusCode}${code === undefined ? "" : ` ${code}`}; ${hint}`,
    );
  }
}
