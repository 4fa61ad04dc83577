import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockDirectory } from "../../evaluation/store/directoryLock.ts";
import { freePort, IndexerProcess, indexerDirectory } from "./IndexerProcess.ts";
import { Stage } from "./Stage.ts";

let stage: Stage;
let directory: string;
let remove: () => void;

beforeAll(async () => {
  stage = await Stage.open();
  ({ directory, remove } = indexerDirectory(stage.deployment));
});

afterAll(async () => {
  await stage?.close();
  remove?.();
});

/** Starts the indexer with a changed environment; it must end by itself with code 1 and one line, which is the answer. */
async function refusal(changes: Record<string, string>, port?: number): Promise<string> {
  const environment = {
    ASSAY_RPC_URL: stage.rpcUrl,
    ASSAY_DEPLOYMENT: join(directory, "deployment.json"),
    ASSAY_INDEXER_DIR: directory,
    ...changes,
  };
  const indexer = IndexerProcess.start(environment, port ?? (await freePort()));
  expect(await indexer.exited()).toBe(1);
  expect(indexer.output.trimEnd()).not.toContain("\n");
  return indexer.output.trimEnd();
}

test("error: no deployment file", async () => {
  expect(await refusal({ ASSAY_DEPLOYMENT: "/nowhere/deployment.json" })).toMatch(
    /^indexer: no deployment file at \/nowhere\/deployment\.json: deploy first/,
  );
});

test("error: a deployment file with a wrong field", async () => {
  const path = join(directory, "wrong.json");
  writeFileSync(path, JSON.stringify({ ...stage.deployment, lens: "0x12" }));
  expect(await refusal({ ASSAY_DEPLOYMENT: path })).toContain(`${path}: lens: must be a 20-byte hex address`);
});

test("error: a chain that does not answer", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await refusal({ ASSAY_RPC_URL: url })).toContain(`the chain at ${url} does not answer eth_chainId`);
});

test("error: an endpoint that is no chain", async () => {
  const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  expect(await refusal({ ASSAY_RPC_URL: url })).toContain(`the chain at ${url} does not answer eth_chainId`);
  await new Promise((resolve) => server.close(resolve));
});

test("error: a chain of another id", async () => {
  const path = join(directory, "other.json");
  writeFileSync(path, JSON.stringify({ ...stage.deployment, chainId: 5 }));
  expect(await refusal({ ASSAY_DEPLOYMENT: path })).toContain(`has id 31337, the deployment is on 5`);
});

test("error: a deployment of another chain with the same id", async () => {
  const path = join(directory, "moved.json");
  const assay = "0x0000000000000000000000000000000000000012";
  writeFileSync(path, JSON.stringify({ ...stage.deployment, assay }));
  expect(await refusal({ ASSAY_DEPLOYMENT: path })).toContain(`no contract at ${assay} (assay)`);
});

test("error: a port that is taken", async () => {
  const holder = createTcpServer();
  const port = await freePort();
  await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", () => resolve()));
  expect(await refusal({}, port)).toContain(`port ${port} on 127.0.0.1 is taken`);
  await new Promise((resolve) => holder.close(resolve));
});

test("error: a port that is no number", async () => {
  expect(await refusal({ PORT: "http" })).toBe("indexer: PORT=http: must be a port number");
});

test("error: a directory that another indexer works in", async () => {
  const lock = lockDirectory(directory, "directory");
  expect(await refusal({})).toBe(
    `indexer: ${directory} is in use by another process: stop that one, or give this one another ASSAY_INDEXER_DIR (or DATABASE_URL)`,
  );
  lock.release();
});

test("error: a directory that cannot be made", async () => {
  const path = join(directory, "deployment.json", "below");
  expect(await refusal({ ASSAY_INDEXER_DIR: path })).toMatch(
    /^indexer: .*below cannot be used .*: correct ASSAY_INDEXER_DIR/,
  );
});
