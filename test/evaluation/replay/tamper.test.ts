import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../evaluation/evaluate.ts";
import { checkHash, parseLine } from "../../../evaluation/evidence/parseLine.ts";
import { replayBytes } from "../../../evaluation/replay/replayBlob.ts";
import { ReplayMismatch } from "../../../evaluation/replay/replayMismatch.ts";
import type { Suite } from "../../../evaluation/suite/suite.ts";
import { fuzzCases } from "../../domain/fuzzCases.ts";
import { bytesOf, recordsIn } from "../forgeBlob.ts";
import { oracleOf, startModelServer } from "../modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../testSuite.ts";

/** A blob by an endpoint that fails, is wrong and recovers now and then. */
async function measure(suite: Suite): Promise<Buffer> {
  const oracle = oracleOf(planOf(suite, "quick"));
  const server = await startModelServer((chat, response, request) => {
    if (chat.count % 11 === 3) {
      response.writeHead(503).end("busy");
      return null;
    }
    return chat.count % 7 === 5 ? 'Sure! {"label": "?"} \ud83d\ude00' : oracle(chat, response, request);
  });
  const outDir = await mkdtemp(join(tmpdir(), "assay-"));
  const context = { roundId: "7", evaluator: "0x01" };
  const allowPrivateHosts = ["127.0.0.1"];
  const { path } = await evaluate({
    manifest: manifestOf(server.url),
    suite,
    profile: "quick",
    seed,
    context,
    allowPrivateHosts,
    outDir,
  });
  await server.close();
  return readFile(path);
}

const suite = await quickTempered();
const few = { repeat: 1, format: 2, carryOverPerDepth: 1, perturbation: 1 };
/** As small as a run can be that still has one of everything: the grammar cut down to what its labels need. */
const small = await measure({
  ...suite,
  carryOver: { ...suite.carryOver, maxDepth: 2 },
  profiles: { ...suite.profiles, quick: { ...suite.profiles.quick, ...few } },
});
const quick = await measure(suite);

/** Where a replay stops; null when it finds nothing. */
async function mismatchIn(blob: Buffer): Promise<string | null> {
  try {
    await replayBytes(bytesOf(blob), "blob");
    return null;
  } catch (error) {
    if (error instanceof ReplayMismatch) return error.where;
    throw error;
  }
}

function isRefused(read: () => void): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return error instanceof ReplayMismatch;
  }
}

const newlines = (blob: Buffer): number[] => [...blob.keys()].filter((at) => blob[at] === 0x0a);

function flipped(blob: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(blob);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}

/** Lines count from 1; a byte belongs to the line whose line feed comes next. */
function lineOf(ends: readonly number[], at: number): number {
  return ends.findIndex((end) => at <= end) + 1;
}

/** The line named is the one that was changed, or, where a line feed was made or unmade, the one it was joined to. */
function expectLocated(where: string | null, line: number): void {
  expect(where).toMatch(new RegExp(`^line ${line}\\b`));
}

describe("a changed blob", () => {
  it("default: both blobs replay, unchanged", async () => {
    expect(await Promise.all([small, quick].map(mismatchIn))).toEqual([null, null]);
    expect(new Set(recordsIn(quick).map(({ failure }) => failure))).toContain("http5xx");
  });

  it("behavior: every single byte of every record counts", () => {
    for (const [index, line] of `${small}`.trimEnd().split("\n").entries()) {
      const bytes = Buffer.from(line);
      const read = (changed: Buffer) => checkHash(parseLine(changed, index + 1), `line ${index + 1}`);
      read(bytes);
      for (const at of bytes.keys()) {
        if (isRefused(() => read(flipped(bytes, at, 1 << (at % 8))))) continue;
        expect.fail(`byte ${at} of line ${index + 1} may be changed`);
      }
    }
  });

  it("behavior: every single byte of a small blob is located; in the short campaign every 23rd", async () => {
    const ends = newlines(small);
    const stride = fuzzCases >= small.length ? 1 : 23;
    for (let at = 0; at < small.length; at += stride) {
      const where = await mismatchIn(flipped(small, at, 1 << (at % 8)));
      if (!where?.startsWith(`line ${lineOf(ends, at)}`)) expectLocated(where, lineOf(ends, at));
    }
  }, 600_000);

  it("behavior: any byte changed in any way, anywhere, is located", async () => {
    const ends = newlines(quick);
    const change = fc.record({ at: fc.nat(quick.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, mask }) => {
        expectLocated(await mismatchIn(flipped(quick, at, mask)), lineOf(ends, at));
      }),
      { seed: 11, numRuns: 120 },
    );
  });

  it("behavior: cut anywhere", async () => {
    const ends = newlines(quick);
    await fc.assert(
      fc.asyncProperty(fc.nat(quick.length - 1), async (length) => {
        const line = length === 0 ? 1 : lineOf(ends, length - 1) + (ends.includes(length - 1) ? 1 : 0);
        expectLocated(await mismatchIn(quick.subarray(0, length)), line);
      }),
      { seed: 12, numRuns: 80 },
    );
  });

  const lines = `${quick}`.trimEnd().split("\n");
  const joined = (changed: readonly string[]) => Buffer.from(`${changed.join("\n")}\n`);

  it("behavior: any line left out", async () => {
    for (const at of lines.keys()) {
      const where = await mismatchIn(joined(lines.toSpliced(at, 1)));
      // The end record's hash of all before it is the last to notice, and always does.
      expect(where, `without line ${at + 1}`).toMatch(/^(line \d+|end of the blob)\b/);
    }
  });

  it("behavior: any line twice, at once or later", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), fc.nat(lines.length), async (from, to) => {
        expect(await mismatchIn(joined(lines.toSpliced(to, 0, lines[from] ?? "")))).toMatch(/^line \d+\b/);
      }),
      { seed: 13, numRuns: 60 },
    );
  });

  it("behavior: any two lines in each other's place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), fc.nat(lines.length - 1), async (one, other) => {
        fc.pre(one !== other);
        const swapped = lines.with(one, lines[other] ?? "").with(other, lines[one] ?? "");
        expect(await mismatchIn(joined(swapped))).toMatch(/^(line \d+|end of the blob)\b/);
      }),
      { seed: 14, numRuns: 60 },
    );
  });

  it.each<[string, Buffer, string]>([
    ["carriage returns", Buffer.from(lines.join("\r\n").concat("\r\n")), "line 1"],
    ["one carriage return", joined(lines.with(4, `${lines[4]}\r`)), "line 5"],
    ["a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), quick]), "line 1"],
    ["an empty line first", Buffer.concat([Buffer.from("\n"), quick]), "line 1"],
    ["an empty line in the middle", joined(lines.toSpliced(7, 0, "")), "line 8"],
    ["an empty line last", Buffer.concat([quick, Buffer.from("\n")]), `line ${lines.length + 1}`],
    ["bytes behind", Buffer.concat([quick, Buffer.from("x")]), `line ${lines.length + 1}`],
    ["zeros behind", Buffer.concat([quick, Buffer.alloc(4_096)]), `line ${lines.length + 1}`],
    ["the blob twice", Buffer.concat([quick, quick]), `line ${lines.length + 1}`],
    ["no line feed at the end", quick.subarray(0, -1), `line ${lines.length}`],
    ["UTF-16", Buffer.from(`${quick}`, "utf16le"), "line 1"],
    ["white space within", joined(lines.with(3, (lines[3] ?? "").replace('"record":', '"record": '))), "line 4"],
    [
      "an escape written otherwise",
      joined(lines.with(3, (lines[3] ?? "").replace("attempt", "\\u0061ttempt"))),
      "line 4",
    ],
    ["nothing at all", Buffer.alloc(0), "line 1"],
  ])("error: %s", async (_, blob, where) => {
    expect(await mismatchIn(blob)).toMatch(new RegExp(`^${where}\\b`));
  });
});
