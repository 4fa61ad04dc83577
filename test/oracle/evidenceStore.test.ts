import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pino from "pino";
import type { Hex } from "viem";
import { afterAll, describe, expect, it } from "vitest";
import { DirectoryStore } from "../../evaluation/store/directoryStore.ts";
import { createEvidenceStore } from "../../oracle/node/evidenceStore.ts";
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

function pageOf(store: ReturnType<typeof createEvidenceStore>, hash: string) {
  const status = () => {
    throw new TypeError("not asked for here");
  };
  return createStatusApp({ status, metrics: createMetrics(), evidence: store }).request(`/evidence/${hash}`);
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

  it("error: no hash", async () => {
    const page = await pageOf(createEvidenceStore({ database, evidenceDir, log }), "latest");
    expect(page.status).toBe(404);
  });
});
