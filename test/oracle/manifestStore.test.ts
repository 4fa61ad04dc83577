import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manifestDigest } from "../../evaluation/manifest/manifest.ts";
import { createManifestStore } from "../../oracle/node/manifestStore.ts";
import { type ModelServer, raw, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf } from "../evaluation/testSuite.ts";
import { testPlan } from "./committee.ts";

const directory = mkdtempSync(join(tmpdir(), "assay-manifests-"));
const manifest = manifestOf("http://127.0.0.1:9/v1/chat/completions");
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer(raw((response) => void response.end(JSON.stringify(manifest))));
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

test("behavior: versions with one manifest, asked for at once, all get it, and one file is left", async () => {
  const store = createManifestStore(directory, ["127.0.0.1"]);
  const digest = manifestDigest(manifest);
  const versions = testPlan(8).assignments.map((each) => ({ ...each, digest, manifestUri: `${server.url}/m.json` }));
  const found = await Promise.all(versions.map((version) => store.get(version)));
  expect(found.map(manifestDigest)).toEqual(versions.map(() => digest));
  expect(readdirSync(directory)).toEqual([`${digest}.json`]);
});
