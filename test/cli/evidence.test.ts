import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Node, verifyOpening } from "../../evaluation/evidence/merkleSum.ts";
import { changeAttempt, claimsIn, forgeBlob, recordsIn } from "../evaluation/forgeBlob.ts";
import { oracleOf, startModelServer } from "../evaluation/modelServer.ts";
import { startS3Server } from "../evaluation/store/s3Server.ts";
import { manifestOf, planOf, quickTempered, seed } from "../evaluation/testSuite.ts";
import { runForTest as run } from "./runForTest.ts";

const suite = await quickTempered();
const server = await startModelServer(oracleOf(planOf(suite, "quick")));
const s3 = await startS3Server("evidence");
const folder = await mkdtemp(join(tmpdir(), "assay-"));
const manifest = join(folder, "manifest.json");
await writeFile(manifest, JSON.stringify(manifestOf(server.url)));
const suiteFile = join(folder, "suite.json");
await writeFile(suiteFile, JSON.stringify(suite));
const store = "s3://evidence/runs";
const out = join(folder, "out");
const local = ["--allow-private", "127.0.0.1", "--profile", "quick", "--seed", seed, "--suite", suiteFile];
const measured = await run(["evaluate", manifest, ...local, "--out", out, "--store", store, "--json"], s3.env);
const { path, evidenceHash, evidenceRoot } = JSON.parse(measured.out || "{}");
const blob = await readFile(path);

afterAll(async () => {
  await server.close();
  await s3.close();
});

async function fileOf(text: string | Buffer): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "assay-")), "blob.ndjson");
  await writeFile(file, text);
  return file;
}

describe("assay evaluate --store, replay --store", () => {
  it("default: the bucket has the evidence, and it replays from there", async () => {
    expect(measured).toMatchObject({ code: 0, err: "" });
    const replayed = await run(["replay", evidenceHash, "--store", store, "--json"], s3.env);
    expect(replayed).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(replayed.out)).toMatchObject({
      ok: true,
      evaluation: { evidenceRoot },
      path: `${store}/${evidenceHash}.ndjson`,
    });
  });

  it("behavior: the folder an evaluation wrote is a store", async () => {
    expect(await run(["replay", evidenceHash.slice(2), "--store", out])).toMatchObject({ code: 0, err: "" });
  });

  it("error: a store that cannot be used is found before a request is sent", async () => {
    const before = server.requests.length;
    const args = ["evaluate", manifest, ...local, "--out", join(folder, "none"), "--store"];
    const cases: [string, Record<string, string>, RegExp][] = [
      ["s3://evidence", {}, /^environment variable AWS_ACCESS_KEY_ID, which s3:\/\/evidence needs, is not set/],
      [
        "s3://elsewhere",
        s3.env,
        /^evidence store s3:\/\/elsewhere: there is no bucket "elsewhere"; create it first\n$/,
      ],
      ["http://127.0.0.1:9/evidence", {}, /can only be read from/],
    ];
    for (const [place, env, line] of cases) {
      const { code, err } = await run([...args, place], env);
      expect([code, err]).toEqual([1, expect.stringMatching(line)]);
    }
    expect(server.requests.length).toBe(before);
    expect(await readdir(folder)).not.toContain("none");
  });

  it("error: no such blob; no hash", async () => {
    const absent = `0x${"ab".repeat(32)}`;
    expect(await run(["replay", absent, "--store", out])).toMatchObject({
      code: 1,
      err: expect.stringContaining(`holds no blob ${absent}`),
    });
    expect(await run(["replay", "latest", "--store", out])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^latest: expected a blob's hash/),
    });
  });
});

describe("assay evidence", () => {
  it("default: open prints what leads from a record to the root", async () => {
    const opened = await run(["evidence", "open", out, "31", "--record", "2", "--json"]);
    expect(opened).toMatchObject({ code: 0, err: "" });
    const { request, answer, ...rest } = JSON.parse(opened.out);
    expect(rest).toEqual({ evidenceRoot });
    expect([BigInt(request.leafIndex), BigInt(request.recordIndex)]).toEqual([31n, 2n]);
    const words = <T extends Pick<Node, "sums" | "counts">>(node: T): T => ({
      ...node,
      sums: BigInt(node.sums),
      counts: BigInt(node.counts),
    });
    const { tree } = await claimsIn(blob);
    expect(verifyOpening(tree.root, 31, words(answer.leaf), answer.path.siblings.map(words))).toBe(true);
    expect(answer.recordHashes).toHaveLength(6);
    expect(JSON.parse(Buffer.from(answer.record.slice(2), "hex").toString())).toMatchObject({ item: 31, probe: 2 });
  });

  it("default: audit finds nothing to prove; put puts", async () => {
    expect(await run(["evidence", "audit", out])).toEqual({
      code: 0,
      out: "nothing to prove: the evidence adds up to what was signed\n",
      err: "",
    });
    const copy = join(folder, "copy");
    expect(await run(["evidence", "put", out, "--store", copy])).toEqual({
      code: 0,
      out: `${evidenceHash} is in ${copy}\n`,
      err: "",
    });
    expect(await readdir(copy)).toEqual([`${evidenceHash}.ndjson`]);
  });

  it("error: audit prints one proof", async () => {
    const cheat = changeAttempt(recordsIn(blob), ({ family }) => family === "J", { request: "{}" });
    const forged = await fileOf(await forgeBlob(cheat));
    const audited = await run(["evidence", "audit", forged, "--json"]);
    expect(audited.code).toBe(1);
    expect(JSON.parse(audited.out)).toMatchObject({
      ok: false,
      fraud: { kind: "wrongRecord", where: expect.stringMatching(/field request$/) },
    });
    const otherWord = await run(["evidence", "audit", out, "--word", "0x1"]);
    expect(otherWord.code).toBe(1);
    expect(JSON.parse(otherWord.out)).toMatchObject({ fraud: { kind: "wrongSums" } });
  });

  it.each<[string, string[], number, string]>([
    ["an item that is not there", ["open", out, "9999"], 1, "leaf 9999 does not exist; the tree has leaves 0.."],
    ["a record that is not there", ["open", out, "0", "--record", "5"], 1, "record 5 of item 0 does not exist"],
    ["an item that is no number", ["open", out, "x"], 2, "item x: expected a whole number from 0"],
    ["a root that is no hex", ["audit", out, "--root", "abc"], 2, "--root abc: expected 0x and up to 64 hex digits"],
    ["no evidence", ["open", "/no/place", "0"], 1, "/no/place does not exist"],
    ["a folder without", ["audit", "cli"], 1, "cli holds no .ndjson blob"],
    ["no store", ["put", out], 2, "required option '--store <place>' not specified"],
  ])("error: %s", async (_, args, code, line) => {
    const ended = await run(["evidence", ...args]);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(line);
  });
});
