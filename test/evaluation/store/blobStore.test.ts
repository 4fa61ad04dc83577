import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import type { Hex } from "../../../domain/hex.ts";
import { BlobMismatchError, type BlobStore, readBlobHash, StoreError } from "../../../evaluation/store/blobStore.ts";
import { openStore } from "../../../evaluation/store/openStore.ts";
import { startS3Server } from "./s3Server.ts";

const bucket = "evidence";
const s3 = await startS3Server(bucket);
const folder = await mkdtemp(join(tmpdir(), "assay-"));
/** Several chunks of a stream, and no text. */
const bytes = Buffer.concat([Buffer.from("evidence\n"), randomBytes(300_000)]);
const hash: Hex = `0x${createHash("sha256").update(bytes).digest("hex")}`;
const absent: Hex = `0x${"ab".repeat(32)}`;
const file = join(folder, "blob");
await writeFile(file, bytes);

const servers: { close(): void }[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await s3.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return `http://127.0.0.1:${address.port}`;
}

async function read(store: BlobStore, name: Hex): Promise<Buffer | null> {
  const blob = await store.get(name);
  return blob && buffer(blob.bytes);
}

const kinds: [string, () => BlobStore, () => string][] = [
  ["a folder", () => openStore(join(folder, "store"), {}), () => join(folder, "store", `${hash}.ndjson`)],
  [
    "a bucket",
    () => openStore(`s3://${bucket}/runs/of 2026/`, s3.env),
    () => join(s3.folderOf(bucket), "runs", "of 2026", `${hash}.ndjson._S3rver_object`),
  ],
];

describe.each(kinds)("%s as a store", (_, open, fileOf) => {
  it("default: gives back what was put in, and says what it has", async () => {
    const store = open();
    await store.check();
    expect([await store.has(hash), await store.get(hash)]).toEqual([false, null]);
    await store.put(hash, file);
    expect([await store.has(hash), await store.has(absent)]).toEqual([true, false]);
    expect(await read(store, hash)).toEqual(bytes);
    expect((await store.get(hash))?.size).toBe(bytes.length);
  });

  it("behavior: putting twice is putting once", async () => {
    const store = open();
    await Promise.all([store.put(hash, file), store.put(hash, file)]);
    expect(await read(store, hash)).toEqual(bytes);
  });

  it("error: a file that is not the blob of that name", async () => {
    const store = open();
    await expect(store.put(absent, file)).rejects.toThrow(BlobMismatchError);
    expect(await store.has(absent)).toBe(false);
  });

  it("error: a blob that was changed in the store never comes out whole", async () => {
    const store = open();
    await store.put(hash, file);
    const changed = Buffer.from(bytes);
    changed[150_000] = (changed[150_000] ?? 0) ^ 1;
    await writeFile(fileOf(), changed);
    const chunks: Buffer[] = [];
    const blob = await store.get(hash);
    const all = (async () => {
      for await (const chunk of blob?.bytes ?? []) chunks.push(chunk);
    })();
    await expect(all).rejects.toThrow(/blob 0x[0-9a-f]{64} has the SHA-256 0x[0-9a-f]{64} here; it was changed or cut/);
    expect(Buffer.concat(chunks).length).toBeLessThan(bytes.length);
  });
});

describe("a folder as a store", () => {
  it("behavior: nothing but whole blobs is ever there", async () => {
    const place = join(folder, "drafts");
    const store = openStore(place, {});
    await store.put(hash, file);
    await expect(store.put(absent, file)).rejects.toThrow();
    await expect(store.put(hash, "/no/such/file")).rejects.toThrow(StoreError);
    expect(await readdir(place)).toEqual([`${hash}.ndjson`]);
  });

  it("behavior: a damaged file is put right by putting the blob again", async () => {
    const place = join(folder, "damaged");
    await mkdir(place);
    await writeFile(join(place, `${hash}.ndjson`), "half");
    const store = openStore(place, {});
    await store.put(hash, file);
    expect(await readFile(join(place, `${hash}.ndjson`))).toEqual(bytes);
  });

  it("error: a place that cannot be written to is found before anything is measured", async () => {
    await expect(openStore(join(file, "below-a-file"), {}).check()).rejects.toThrow(
      /evidence store .*below-a-file cannot be written to \(EEXIST.*\); name another/,
    );
  });
});

describe("a bucket as a store", () => {
  it("error: keys that are wrong, a bucket that is not there, a server that is not there", async () => {
    const wrong = { ...s3.env, AWS_SECRET_ACCESS_KEY: "not this one" };
    expect(() => openStore("ftp://host/runs", {})).toThrow(
      /^ftp:\/\/host\/runs is no place for evidence; use a folder, /,
    );
    await expect(openStore(`s3://${bucket}`, wrong).check()).rejects.toThrow(
      /^evidence store s3:\/\/evidence answered 403.*AWS_SECRET_ACCESS_KEY/,
    );
    await expect(openStore(`s3://${bucket}`, wrong).get(hash)).rejects.toThrow(/answered 403 SignatureDoesNotMatch/);
    await expect(openStore("s3://elsewhere/x", s3.env).check()).rejects.toThrow(/there is no bucket "elsewhere"/);
    const gone = { ...s3.env, AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" };
    await expect(openStore(`s3://${bucket}`, gone).check()).rejects.toThrow(
      /did not answer at http:\/\/127\.0\.0\.1:9/,
    );
  });

  it("error: a location or an environment that lacks something", () => {
    expect(() => openStore("s3://Bucket", s3.env)).toThrow("s3://Bucket is no bucket; write s3://bucket/prefix");
    expect(() => openStore("s3://bucket", {})).toThrow(
      "environment variable AWS_ACCESS_KEY_ID, which s3://bucket needs",
    );
    expect(() => openStore("s3://bucket", { ...s3.env, AWS_ENDPOINT_URL_S3: "here" })).toThrow('is "here", no URL');
  });

  it("behavior: a busy server is asked again; the address is signed into the request", async () => {
    const seen: (string | undefined)[] = [];
    const endpoint = await serve((request, response) => {
      seen.push(request.headers["x-amz-content-sha256"]?.toString());
      response.writeHead(seen.length < 3 ? 503 : 404).end();
    });
    const store = openStore(`s3://${bucket}`, { ...s3.env, AWS_ENDPOINT_URL_S3: endpoint });
    expect(await store.has(hash)).toBe(false);
    expect(seen).toEqual(Array(3).fill(createHash("sha256").digest("hex")));
  });
});

describe("a node's evidence as a store", () => {
  it("default: can be read from, and not written to", async () => {
    const store = openStore(
      `${await serve((request, response) => {
        const found = request.url === `/evidence/${hash}`;
        response.writeHead(found ? 200 : 404).end(found ? bytes : "no such blob");
      })}/evidence/`,
      {},
    );
    expect([await store.has(hash), await store.has(absent)]).toEqual([true, false]);
    expect(await read(store, hash)).toEqual(bytes);
    expect(await store.get(absent)).toBeNull();
    await expect(store.check()).rejects.toThrow(/can only be read from/);
    await expect(store.put(hash, file)).rejects.toThrow(StoreError);
  });

  it("error: other bytes, another status, nobody there", async () => {
    const lying = openStore(await serve((_, response) => response.end("something else")), {});
    await expect(read(lying, hash)).rejects.toThrow(BlobMismatchError);
    const broken = openStore(await serve((_, response) => response.writeHead(500).end()), {});
    await expect(broken.get(hash)).rejects.toThrow(/answered 500 instead of 200 or 404/);
    await expect(openStore("http://127.0.0.1:9", {}).has(hash)).rejects.toThrow(/did not answer \(.*ECONNREFUSED/);
  });
});

describe("readBlobHash", () => {
  it("default: with or without 0x, in either case; anything else is none", () => {
    expect(readBlobHash(hash.toUpperCase().replace("0X", "0x"))).toBe(hash);
    expect(readBlobHash(hash.slice(2))).toBe(hash);
    expect(["", "0x12", `${hash}.ndjson`].map(readBlobHash)).toEqual([null, null, null]);
  });
});
