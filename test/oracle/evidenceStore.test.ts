import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pino from "pino";
import type { Hex } from "viem";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { StoreError } from "../../evaluation/store/blobStore.ts";
import { DirectoryStore } from "../../evaluation/store/directoryStore.ts";
import { serveApp } from "../../oracle/http/serveApp.ts";
import { createEvidenceStore, type EvidenceStore } from "../../oracle/node/evidenceStore.ts";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createStatusApp } from "../../oracle/node/statusApp.ts";

const database = await PGlite.create();
await database.exec(nodeSchema);
afterAll(() => database.close());

const log = pino({ level: "silent" });
const folder = await mkdtemp(join(tmpdir(), "assay-"));
const evidenceDir = join(folder, "evidence");
const shared = new DirectoryStore(join(folder, "shared"));

/** A blob where a round's measuring leaves it. */
async function blobOf(round: number, text: string): Promise<{ hash: Hex; path: string }> {
  const hash: Hex = `0x${createHash("sha256").update(text).digest("hex")}`;
  const directory = join(evidenceDir, `round-${round}`, "model-1");
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${hash}.ndjson`), text);
  return { hash, path: join(directory, `${hash}.ndjson`) };
}

/** What a node with this evidence answers. */
async function pageOf(evidence: EvidenceStore, hash: string, method = "GET") {
  const status = () => {
    throw new TypeError("not asked for here");
  };
  const served = await serveApp(createStatusApp({ status, metrics: createMetrics(), evidence, log }), "127.0.0.1", 0);
  onTestFinished(served.close);
  return fetch(`${served.url}/evidence/${hash}`, { method });
}

describe("a node's evidence", () => {
  it("default: is served by hash, and copied to the store it shares", async () => {
    const store = createEvidenceStore({ database, evidenceDir, shared, log });
    const { hash, path } = await blobOf(1, "first\n");
    await store.add(hash, 1n, path);
    const page = await pageOf(store, hash.toUpperCase().replace("0X", "0x"));
    expect([page.status, page.headers.get("content-length"), await page.text()]).toEqual([200, "6", "first\n"]);
    expect(await readdir(shared.place)).toEqual([`${hash}.ndjson`]);
  });

  it("behavior: what was pruned here is still served from the store it shares, and not without one", async () => {
    const { hash, path } = await blobOf(2, "second\n");
    const store = createEvidenceStore({ database, evidenceDir, shared, log });
    await store.add(hash, 2n, path);
    await store.forgetBefore(3n);
    expect(await readdir(evidenceDir)).toEqual([]);
    expect(await (await pageOf(store, hash)).text()).toBe("second\n");
    const alone = await pageOf(createEvidenceStore({ database, evidenceDir, log }), hash);
    expect([alone.status, await alone.json()]).toEqual([
      404,
      { error: `no evidence ${hash} here: it may have been pruned` },
    ]);
  });

  it("behavior: a store that fails costs no report", async () => {
    const { hash, path } = await blobOf(4, "fourth\n");
    const file = join(folder, "a file");
    await writeFile(file, "");
    const store = createEvidenceStore({ database, evidenceDir, shared: new DirectoryStore(file), log });
    await store.add(hash, 4n, path);
    expect(await (await pageOf(store, hash)).text()).toBe("fourth\n");
  });

  it("behavior: whoever asks only whether it is there gets its size", async () => {
    const store = createEvidenceStore({ database, evidenceDir, log });
    const { hash, path } = await blobOf(5, "fifth\n");
    await store.add(hash, 5n, path);
    const page = await pageOf(store, hash, "HEAD");
    expect([page.status, page.headers.get("content-length"), await page.text()]).toEqual([200, "6", ""]);
  });

  it("error: evidence that was changed on disk is refused before anything is sent", async () => {
    const store = createEvidenceStore({ database, evidenceDir, log });
    const { hash, path } = await blobOf(6, "sixth\n");
    await store.add(hash, 6n, path);
    await writeFile(path, "other\n");
    const page = await pageOf(store, hash);
    expect([page.status, await page.json()]).toEqual([
      500,
      { error: "this blob cannot be read here: ask another store" },
    ]);
  });

  it("error: where the damage shows late, the transfer breaks at once", async () => {
    const store = createEvidenceStore({ database, evidenceDir, log });
    const { hash, path } = await blobOf(7, "seventh\n".repeat(40_000));
    await store.add(hash, 7n, path);
    await truncate(path, 200_000);
    const page = await pageOf(store, hash);
    expect(page.status).toBe(200);
    await expect(page.text()).rejects.toThrow("terminated");
  });

  it("behavior: a reader who leaves early leaves the node as it was", async () => {
    const store = createEvidenceStore({ database, evidenceDir, log });
    const { hash, path } = await blobOf(8, "eighth\n".repeat(400_000));
    await store.add(hash, 8n, path);
    const page = await pageOf(store, hash);
    await page.body?.cancel();
    expect(await (await fetch(page.url)).text()).toHaveLength(2_800_000);
  });

  it("error: a store that fails while it is asked is one line, without what it said", async () => {
    const get = async () => {
      throw new StoreError("evidence store s3://secret-bucket answered 403");
    };
    const failing = { place: "s3://secret-bucket", check: get, has: get, put: get, get };
    const page = await pageOf(
      createEvidenceStore({ database, evidenceDir, shared: failing, log }),
      `0x${"9".repeat(64)}`,
    );
    expect([page.status, await page.json()]).toEqual([
      500,
      { error: "this page cannot be shown now: the log says why" },
    ]);
  });

  it("error: no hash", async () => {
    const page = await pageOf(createEvidenceStore({ database, evidenceDir, log }), "latest");
    expect(page.status).toBe(404);
  });
});
