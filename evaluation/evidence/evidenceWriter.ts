import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { EvaluationError } from "../evaluationError.ts";
import { sha256 } from "./sha256.ts";

/** The folder for the evidence cannot be made or written to; found before the first request is sent. */
export class EvidenceFolderError extends EvaluationError {
  constructor(outDir: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : `${cause}`;
    super(`evidence cannot be written to ${outDir} (${reason}); make room there or name another folder`, { cause });
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
  /** Whether the last write of the chain has yet to take what is gathered. */
  #isScheduled = false;
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
    this.#schedule();
    return hash;
  }

  /** Resolves when all that was added so far is with the system, which keeps it whatever becomes of this process. @throws what the disk threw */
  async ready(): Promise<void> {
    await this.#tail;
    if (this.#error !== null) throw this.#error;
  }

  /** SHA-256 of all bytes written so far (64 hex digits). */
  hashSoFar(): string {
    return this.#blobHash.copy().digest("hex");
  }

  /** Puts everything on disk and gives the blob its name. */
  async finish(): Promise<{ hash: string; path: string }> {
    const { outDir, path: draft, lock } = this.#options;
    await this.ready();
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

  /** One write at a time; it takes along all that was gathered during the one before. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#tail = this.#writeAfter(this.#tail);
  }

  async #writeAfter(before: Promise<void>): Promise<void> {
    await before;
    // What arrived in the same turn of the event loop shares a write.
    await setImmediate();
    const text = this.#gathered.join("");
    this.#gathered = [];
    this.#isScheduled = false;
    try {
      await this.#file.appendFile(text);
    } catch (error) {
      this.#error ??= new EvidenceFolderError(this.#options.outDir, error);
    }
  }
}
