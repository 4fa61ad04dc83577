import { createHash } from "node:crypto";
import { mkdtemp, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { evaluate } from "../../../evaluation/evaluate.ts";
import { canonicalJson } from "../../../evaluation/evidence/canonicalJson.ts";
import { type AttemptRecord, canonicalAttempt } from "../../../evaluation/evidence/evidenceRecord.ts";
import { replay } from "../../../evaluation/replay/replay.ts";
import { oracleOf, raw, startModelServer } from "../modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../testSuite.ts";

const suite = await quickTempered();
const oracle = oracleOf(planOf(suite, "quick"));
const busy = raw((response) => response.writeHead(503).end("busy"));
const oversized = raw((response) => response.end("x".repeat(5_000)));
/** Right mostly; wrong, failing and oversized now and then, so that the blob holds one of everything. */
const server = await startModelServer((chat, response, request) => {
  if (chat.count % 11 === 3) return busy(chat, response, request);
  if (chat.count % 13 === 5) return oversized(chat, response, request);
  return chat.count % 17 === 7 ? "It depends." : oracle(chat, response, request);
});
const outDir = await mkdtemp(join(tmpdir(), "assay-"));
const evaluation = await evaluate({
  manifest: manifestOf(server.url),
  suite,
  profile: "quick",
  seed,
  // Not in the order of the keys, in which the blob has them.
  context: { roundId: "7", evaluator: "0x01" },
  allowPrivateHosts: ["127.0.0.1"],
  outDir,
});
const blob = await readFile(evaluation.path);
const lines = blob.toString("utf8").trimEnd().split("\n");
afterAll(() => server.close());

/** Replays bytes under a name that gives nothing away. */
async function replayBytes(bytes: Buffer | string, name = "blob.ndjson") {
  const folder = await mkdtemp(join(tmpdir(), "assay-"));
  await writeFile(join(folder, name), bytes);
  return replay(join(folder, name));
}

type Line = Record<string, unknown>;
const recordIn = (line: string | undefined): Line => JSON.parse(line ?? "{}").record;

/** A line whose hash fits again: what somebody writes who knows the format. */
function sealed(record: Line): string {
  const text = canonicalJson(record);
  return `{"hash":"${createHash("sha256").update(text).digest("hex")}","record":${text}}`;
}

/** The blob with some lines changed, all hashes made to fit, the last line's `preceding` too. */
function forged(change: (records: Line[]) => Line[]): string {
  const records = change(lines.map(recordIn));
  const body = records.slice(0, -1).map((record) => `${sealed(record)}\n`);
  const preceding = `0x${createHash("sha256").update(body.join("")).digest("hex")}`;
  return `${body.join("")}${sealed({ ...records.at(-1), preceding })}\n`;
}

/** Replaces the first attempt that `pick` accepts. */
function forgeAttempt(pick: (record: Line) => boolean, fields: Line): string {
  return forged((records) => {
    const index = records.findIndex((record) => record.kind === "attempt" && pick(record));
    return records.with(index, { ...records[index], ...fields });
  });
}

const inventedPrevious = {
  evidenceHash: `0x${"ab".repeat(32)}`,
  manifestDigest: `0x${"ab".repeat(32)}`,
  candidates: 5_000,
  asked: [
    { candidate: 0, item: 0, probe: 0, passed: true, prompt: "", salt: null, grader: "label", truth: "", expected: "" },
  ],
};

describe("replay", () => {
  it("default: identical to the bit, of the folder, of the blob, and of the blob alone", async () => {
    expect(await replay(outDir)).toEqual({ ok: true, evaluation });
    expect(await replay(evaluation.path)).toEqual({ ok: true, evaluation });
    expect(await replayBytes(blob)).toMatchObject({ ok: true, evaluation: { word: evaluation.word } });
    expect(evaluation.details.firstTry.retries).toBeGreaterThan(0);
  });

  it("behavior: the fast way of writing an attempt is canonical JSON", () => {
    const attempts = lines.map(recordIn).filter(({ kind }) => kind === "attempt");
    // The schema was checked by the replay above.
    for (const record of attempts) expect(canonicalAttempt(record as AttemptRecord)).toBe(canonicalJson(record));
  });

  it("behavior: forging nothing changes nothing", () => {
    expect(forged((records) => records)).toBe(blob.toString("utf8"));
  });

  it("behavior: any flipped bit is found, in its line", async () => {
    const samples = 400;
    for (let sample = 0; sample < samples; sample++) {
      const at = Math.floor((sample * blob.length) / samples) + (sample % 7);
      if (at >= blob.length) continue;
      const flipped = Buffer.from(blob);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (sample % 8));
      const replayed = await replayBytes(flipped);
      const line = blob.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
      expect(replayed).toMatchObject({
        ok: false,
        where: expect.stringMatching(new RegExp(`^line ${line}\\b`)),
      });
    }
  });

  it("behavior: the last byte and the first byte count", async () => {
    for (const at of [0, blob.length - 1]) {
      const flipped = Buffer.from(blob);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect((await replayBytes(flipped)).ok).toBe(false);
    }
  });

  it.each<[string, (record: Line) => boolean, Line, string]>([
    ["grade", ({ grade }) => grade === 0, { grade: 10_000 }, "grade"],
    ["answer", ({ answer }) => answer !== null, { answer: "none" }, "answer"],
    ["failure", ({ failure }) => failure === "http5xx", { failure: "http4xx" }, "failure"],
    ["body", ({ family }) => family === "R", { body: Buffer.from("{}").toString("base64") }, "failure"],
    ["request", () => true, { request: "{}" }, "request"],
    ["salt", ({ salt }) => salt !== null, { salt: "00000000" }, "salt"],
    ["stratum", () => true, { stratum: "easy" }, "stratum"],
    ["item", () => true, { item: 9_999 }, "item"],
    ["attempt", () => true, { attempt: 1 }, "attempt"],
    ["end before sent", () => true, { end: 0 }, "end"],
    ["schedule", ({ family, attempt }) => family === "L" && attempt === 0, { scheduled: 1 }, "scheduled"],
    ["lateness", () => true, { late: 3_600_000_000 }, "late"],
    ["unknown field", () => true, { extra: 1 }, "(record)"],
    ["negative time", () => true, { sent: -1 }, "sent"],
  ])("error: a forged %s is named although every hash fits", async (_, pick, fields, field) => {
    const replayed = await replayBytes(forgeAttempt(pick, fields));
    expect(replayed).toMatchObject({ ok: false, where: expect.stringContaining(`field ${field}`) });
  });

  it("behavior: of a long field the place is shown where it differs", async () => {
    const request = `${lines.map(recordIn).find(({ kind }) => kind === "attempt")?.request}`;
    const changed = `${request.slice(0, -3)}Z${request.slice(-2)}`;
    const replayed = await replayBytes(forgeAttempt(() => true, { request: changed }));
    expect(replayed).toMatchObject({
      ok: false,
      why: expect.stringMatching(/^recorded ….{79,90}Z.{2,6}, expected ….{80,96}$/),
    });
  });

  it.each<[string, (records: Line[]) => Line[], RegExp]>([
    [
      "a failed attempt left out",
      (records) => records.filter(({ failure }) => failure !== "http5xx"),
      /^line \d+ .*field attempt$/,
    ],
    ["a whole probe left out", withoutLastProbe, /^end of the blob/],
    ["a better word", (records) => records.with(-1, { ...records.at(-1), word: `0x${"0".repeat(64)}` }), /field word$/],
    ["other sums", (records) => records.with(-1, { ...records.at(-1), sums: Array(8).fill(1) }), /field sums$/],
    ["another seed", (records) => records.with(0, { ...records[0], seed: `0x${"00".repeat(32)}` }), /^line 2 .*field/],
    [
      "another format",
      (records) => records.with(0, { ...records[0], format: "assay.evidence.v1" }),
      /^line 1, field format$/,
    ],
    ["a second header", (records) => records.toSpliced(1, 0, records[0] ?? {}), /^line 2, field kind$/],
    [
      "a step of the load phase that never began",
      (records) => records.filter(({ kind }) => kind !== "phase"),
      /field scheduled$/,
    ],
    [
      "steps of the load phase in another order",
      (records) =>
        records.map((record) =>
          record.stratum === "load-25" && record.kind === "phase" ? { ...record, stratum: "load-100" } : record,
        ),
      /field stratum$/,
    ],
    [
      "questions of a version before that nobody drew",
      (records) => records.with(0, { ...records[0], previous: inventedPrevious }),
      /^line 1$/,
    ],
    ["an end in the middle", (records) => records.toSpliced(3, 0, records.at(-1) ?? {}), /^line 5$/],
    [
      "an invented failure of the canary",
      (records) => records.toSpliced(1, 0, { kind: "canary", at: 0, source: "loopback", detail: "x" }),
      /end record/,
    ],
    [
      "a failure of a reference page that was not asked",
      (records) => records.toSpliced(1, 0, { kind: "canary", at: 0, source: "reference", detail: "x" }),
      /^line 2, field source$/,
    ],
  ])("error: %s", async (_, change, where) => {
    const replayed = await replayBytes(forged(change));
    expect(replayed).toMatchObject({ ok: false, where: expect.stringMatching(where) });
  });

  it("error: lines in another order", async () => {
    const swapped = [...lines];
    const at = lines.findIndex((line, index) => index > 0 && recordIn(line).item !== recordIn(lines[index + 1]).item);
    [swapped[at], swapped[at + 1]] = [lines[at + 1] ?? "", lines[at] ?? ""];
    expect(await replayBytes(`${swapped.join("\n")}\n`)).toMatchObject({ ok: false });
  });

  it.each([0, 1, 100, blob.length - 1])("error: cut after %i bytes", async (bytes) => {
    expect(await replayBytes(blob.subarray(0, bytes))).toMatchObject({
      ok: false,
      where: expect.stringMatching(/^line \d+/),
    });
  });

  it("error: something after the end", async () => {
    const replayed = await replayBytes(Buffer.concat([blob, Buffer.from("{}\n")]));
    expect(replayed).toEqual({ ok: false, where: `line ${lines.length + 1}`, why: "stands after the end record" });
  });

  it("error: a blob under another blob's name", async () => {
    const replayed = await replayBytes(blob, `0x${"ab".repeat(32)}.ndjson`);
    expect(replayed).toMatchObject({ ok: false, where: `file name 0x${"ab".repeat(32)}.ndjson` });
  });

  it("error: a report that says something else, and one about another blob", async () => {
    const folder = await mkdtemp(join(tmpdir(), "assay-"));
    await writeFile(join(folder, `${evaluation.evidenceHash}.ndjson`), blob);
    const report = await readFile(join(outDir, "report.json"), "utf8");
    await writeFile(join(folder, "draft"), report.replace('"items": ', '"items": 9'));
    await rename(join(folder, "draft"), join(folder, "report.json"));
    expect(await replay(folder)).toMatchObject({ ok: false, where: expect.stringMatching(/^report\.json, line \d+$/) });
    await writeFile(join(folder, "report.json"), report.replace(evaluation.evidenceHash, `0x${"00".repeat(32)}`));
    expect(await replay(folder)).toMatchObject({ ok: false, where: "report.json, field evidenceHash" });
  });

  it("error: nothing there", async () => {
    await expect(replay("/no/such/place")).rejects.toThrow("/no/such/place does not exist");
    await expect(replay(await mkdtemp(join(tmpdir(), "assay-")))).rejects.toThrow("holds no .ndjson blob");
  });
});

/** Leaves out every attempt of the probe that the last attempt line is about. */
function withoutLastProbe(records: Line[]): Line[] {
  const last = records.findLast(({ kind, family }) => kind === "attempt" && family === "R");
  return records.filter(({ item, probe }) => item !== last?.item || probe !== last?.probe);
}
