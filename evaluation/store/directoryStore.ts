import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "../../domain/hex.ts";
import { makeFolder } from "../evidence/makeFolder.ts";
import { type BlobStore, blobName, type StoredBlob, StoreError } from "./blobStore.ts";
import { verifiedBytes } from "./verifiedBytes.ts";

/** Blobs as files of one folder; the folder an evaluation wrote is one. */
export class DirectoryStore implements BlobStore {
  readonly place: string;

  constructor(directory: string) {
    this.place = directory;
  }

  /** The folder is made, and something written to it. */
  async check(): Promise<void> {
    await this.#asking(async () => {
      await makeFolder(this.place);
      const draft = this.#draft();
      await (await open(draft, "wx")).close();
      await rm(draft);
    });
  }

  async has(hash: Hex): Promise<boolean> {
    return (await this.#sizeOf(hash)) !== null;
  }

  /** In one step: a reader never meets half a blob. A file of that name with other bytes is replaced. */
  async put(hash: Hex, path: string): Promise<void> {
    await this.#asking(async () => {
      await makeFolder(this.place);
      const draft = this.#draft();
      try {
        const file = await open(draft, "wx");
        try {
          for await (const chunk of verifiedBytes(path, hash, createReadStream(path))) await file.appendFile(chunk);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, this.#fileOf(hash));
      } finally {
        await rm(draft, { force: true });
      }
      await syncDirectory(this.place);
    });
  }

  async get(hash: Hex, signal?: AbortSignal): Promise<StoredBlob | null> {
    const size = await this.#sizeOf(hash);
    if (size === null) return null;
    const source = createReadStream(this.#fileOf(hash), { signal });
    return { size, bytes: verifiedBytes(this.place, hash, source) };
  }

  async #sizeOf(hash: Hex): Promise<number | null> {
    const found = await stat(this.#fileOf(hash)).catch(() => null);
    return found?.isFile() ? found.size : null;
  }

  #fileOf(hash: Hex): string {
    return join(this.place, blobName(hash));
  }

  #draft(): string {
    return join(this.place, `.draft-${process.pid}-${randomBytes(6).toString("hex")}`);
  }

  /** Says in words of the store what the system said no to. */
  async #asking(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (cause instanceof StoreError || !(cause instanceof Error)) throw cause;
      throw new StoreError(`evidence store ${this.place} cannot be written to (${cause.message}); name another`, {
        cause,
      });
    }
  }
}

/** So that the name, too, outlives a power cut. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
