import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { EvaluationError } from "../evaluationError.ts";
import { makeFolder } from "./makeFolder.ts";
import { sha256 } from "./sha256.ts";

/** Bytes gathered before they go to disk in one write. */
const chunkBytes = 65_536;
/** Bytes waiting for the disk at which `ready` makes its callers wait too. */
const maxQueuedBytes = 4 * 1_048_576;

/** The folder for the evidence cannot be made or written to; found before the first request is sent. */
export class EvidenceFolderError extends EvaluationError {}

/**
 * Streams records to an NDJSON blob and names it by its SHA-256 when it is complete.
 * A line is `{"hash":"<sha256 of the record's bytes>","record":<canonical JSON>}`.
 */
export class EvidenceWriter {
  readonly #outDir: string;
  readonly #draft: string;
  readonly #file: FileHandle;
  readonly #blobHash = createHash("sha256");
  #gathered: string[] = [];
  #gatheredBytes = 0;
  #queuedBytes = 0;
  #tail: Promise<void> = Promise.resolve();
  #error: unknown = null;

  private constructor(outDir: string, draft: string, file: FileHandle) {
    this.#outDir = outDir;
    this.#draft = draft;
    this.#file = file;
  }

  /** @throws EvidenceFolderError when nothing can be written there */
  static async create(outDir: string): Promise<EvidenceWriter> {
    const draft = join(outDir, `.draft-${process.pid}-${randomBytes(6).toString("hex")}`);
    try {
      await makeFolder(outDir);
      return new EvidenceWriter(outDir, draft, await open(draft, "wx"));
    } catch (cause) {
      throw folderError(outDir, cause);
    }
  }

  /** Adds one line. @returns the record's hash (64 hex digits) */
  write(canonicalRecord: string): string {
    const hash = sha256(canonicalRecord);
    const line = `{"hash":"${hash}","record":${canonicalRecord}}\n`;
    this.#blobHash.update(line);
    this.#gathered.push(line);
    this.#gatheredBytes += line.length;
    if (this.#gatheredBytes >= chunkBytes) this.#flush();
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
    this.#flush();
    await this.#tail;
    if (this.#error !== null) throw this.#error;
    await this.#file.sync();
    await this.#file.close();
    const hash = this.#blobHash.digest("hex");
    const path = join(this.#outDir, `0x${hash}.ndjson`);
    await rename(this.#draft, path);
    return { hash, path };
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#tail;
    await this.#file.close();
    await rm(this.#draft, { force: true });
  }

  #flush(): void {
    if (this.#gathered.length === 0) return;
    const chunk = Buffer.from(this.#gathered.join(""));
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#queuedBytes += chunk.length;
    this.#tail = this.#tail.then(() => this.#append(chunk));
  }

  async #append(chunk: Buffer): Promise<void> {
    try {
      await this.#file.appendFile(chunk);
    } catch (error) {
      this.#error ??= folderError(this.#outDir, error);
    }
    this.#queuedBytes -= chunk.length;
  }
}

/** No permission, no space, a file in the way …: in the system's words, with the folder. */
function folderError(outDir: string, cause: unknown): EvidenceFolderError {
  const reason = cause instanceof Error ? cause.message : `${cause}`;
  return new EvidenceFolderError(
    `evidence cannot be written to ${outDir} (${reason}); make room there or name another folder`,
    { cause },
  );
}
