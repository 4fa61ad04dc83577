import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { EvaluationError } from "../evaluationError.ts";
import { sha256 } from "./sha256.ts";

/** Bytes waiting for the disk at which `ready` makes its callers wait too. */
const maxQueuedBytes = 4 * 1_048_576;

/** The folder for the evidence cannot be made or written to; found before the first request is sent. */
export class EvidenceFolderError extends EvaluationError {
  constructor(outDir: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : `${cause}`;
    super(`evidence cannot be written to ${outDir} (${reason}); name another folder`, { cause });
  }
}

export interface EvidenceWriterOptions {
  readonly outDir: string;
  /** The draft, until the blob is complete and has its name. */
  readonly path: string;
  /** Held until the draft is closed. */
  readonly lock: { release(): void };
  /** What stays of a draft that is there already. */
  readonly kept?: { readonly bytes: number; readonly blobHash: Hash };
}

/**
 * Streams records to an NDJSON blob and names it by its SHA-256 when it is complete.
 * A line is `{"hash":"<sha256 of the record's bytes>","record":<canonical JSON>}`.
 */
export class EvidenceWriter {
  readonly #options: EvidenceWriterOptions;
  readonly #file: FileHandle;
  readonly #blobHash: Hash;
  #gathered: string[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #lines = 0;
  #tail: Promise<void> = Promise.resolve();
  #error: unknown = null;

  private constructor(options: EvidenceWriterOptions, file: FileHandle) {
    this.#options = options;
    this.#file = file;
    this.#blobHash = options.kept?.blobHash ?? createHash("sha256");
  }

  /** @throws EvidenceFolderError when nothing can be written there */
  static async create(options: EvidenceWriterOptions): Promise<EvidenceWriter> {
    try {
      const file = await open(options.path, options.kept ? "r+" : "wx");
      if (!options.kept) return new EvidenceWriter(options, file);
      await file.truncate(options.kept.bytes);
      await file.close();
      return new EvidenceWriter(options, await open(options.path, "a"));
    } catch (cause) {
      throw new EvidenceFolderError(options.outDir, cause);
    }
  }

  /** Adds one line. @returns the record's hash (64 hex digits) */
  write(canonicalRecord: string): string {
    const hash = sha256(canonicalRecord);
    const line = `{"hash":"${hash}","record":${canonicalRecord}}\n`;
    this.#blobHash.update(line);
    this.#lines += 1;
    this.#gathered.push(line);
    this.#queuedBytes += line.length;
    this.#flush();
    return hash;
  }

  /** Resolves when the disk keeps up. @throws what the disk threw */
  async ready(): Promise<void> {
    if (this.#queuedBytes > maxQueuedBytes) await this.#tail;
    if (this.#error !== null) throw this.#error;
  }

  /** SHA-256 of all bytes written so far (64 hex digits). */
  hashSoFar(): string {
    return this.#blobHash.copy().digest("hex");
  }

  /** Puts everything on disk and gives the blob its name. */
  async finish(): Promise<{ hash: string; path: string }> {
    const { outDir, path: draft, lock } = this.#options;
    await this.#tail;
    if (this.#error !== null) throw this.#error;
    await this.#file.sync();
    await this.#file.close();
    const hash = this.#blobHash.digest("hex");
    const path = join(outDir, `0x${hash}.ndjson`);
    await rename(draft, path);
    lock.release();
    return { hash, path };
  }

  /** Ends before the blob is complete. The draft stays, to be resumed, when it holds more than a header. */
  async close(): Promise<void> {
    const { path, lock, kept } = this.#options;
    await this.#tail;
    await this.#file.close();
    if (!kept && this.#lines <= 1) await rm(path, { force: true });
    lock.release();
  }

  /** One write at a time takes along all that was gathered during the one before: what was measured is with the system at once. */
  #flush(): void {
    if (this.#isWriting || this.#gathered.length === 0) return;
    this.#isWriting = true;
    this.#tail = this.#writeGathered();
  }

  async #writeGathered(): Promise<void> {
    while (this.#gathered.length > 0) {
      // What arrived in the same turn of the event loop shares a write.
      await setImmediate();
      const lines = this.#gathered;
      this.#gathered = [];
      const text = lines.join("");
      try {
        await this.#file.appendFile(text);
      } catch (error) {
        this.#error ??= error;
      }
      this.#queuedBytes -= text.length;
    }
    this.#isWriting = false;
  }
}
