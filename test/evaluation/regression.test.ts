import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPreviousRun, PreviousRunError, readPreviousRun } from "../../evaluation/replay/readPreviousRun.ts";
import { replay } from "../../evaluation/replay/replay.ts";
import { measureModel } from "./measureModel.ts";
import { type Answer, oracleOf } from "./modelServer.ts";
import { planOf, quickTempered } from "./testSuite.ts";

const base = await quickTempered();
const suite = { ...base, profiles: { ...base.profiles, quick: { ...base.profiles.quick, regression: 30 } } };
const [seedBefore, seedNow] = [`0x${"b0".repeat(32)}`, `0x${"a1".repeat(32)}`] as const;
const draw = { seed: seedNow, count: 30 };

/** Knows both runs' answers. */
const before = oracleOf(planOf(suite, "quick", seedBefore));
const both = oracleOf({
  items: [...planOf(suite, "quick", seedBefore).items, ...planOf(suite, "quick", seedNow).items],
});
/** Lost a class: whoever asks for it is told it is nothing. */
const lossy: Answer = (chat, response, request) =>
  both(chat, response, request)?.replace(/\b(stake|bridge|fees)\b/g, "none") ?? null;

const right = await measureModel(before, { suite, seed: seedBefore });
const weak = await measureModel((chat, response, request) => (chat.count % 2 ? "?" : before(chat, response, request)), {
  suite,
  seed: seedBefore,
});

describe("version regression", () => {
  it("default: a version that answers as the one before loses nothing", async () => {
    const previous = await readPreviousRun(right.path, draw);
    const { details, scores, items } = await measureModel(both, { suite, seed: seedNow, previous });
    const origin = { previousEvidence: right.evidenceHash, previousManifest: right.manifestDigest };
    expect(details.regression).toEqual({ ...origin, asked: 30, broken: 0, mended: 0, penalty: 0 });
    expect(scores).toEqual({ R: 10_000, J: 10_000, C: 10_000, P: 10_000, E: 10_000, L: 10_000, T: 10_000 });
    // Asked again is no evidence of this version's rates.
    expect(items).toBe(planOf(suite, "quick").items.length);
  });

  it("behavior: a version that lost a class pays in every score that grades answers, and not in T", async () => {
    const previous = await readPreviousRun(right.path, draw);
    const alone = await measureModel(lossy, { suite, seed: seedNow });
    const { details, scores, families } = await measureModel(lossy, { suite, seed: seedNow, previous });
    const { penalty, broken } = details.regression ?? { penalty: 0, broken: 0 };
    expect(broken).toBeGreaterThan(4);
    expect(penalty).toBeGreaterThan(100);
    for (const family of ["R", "J", "C", "P", "E", "L"] as const) {
      expect(scores[family]).toBe(Math.max(0, alone.scores[family] - penalty));
      expect(scores[family]).toBe(Math.floor(families[family].numerator / families[family].denominator));
    }
    expect(scores.T).toBe(10_000);
  });

  it("behavior: what the version before got wrong and this one gets right is counted for it, never above what it measured", async () => {
    const previous = await readPreviousRun(weak.path, draw);
    const { details, scores } = await measureModel(both, { suite, seed: seedNow, previous });
    expect(details.regression?.mended).toBeGreaterThan(5);
    expect(details.regression?.penalty).toBe(0);
    expect(scores.R).toBe(10_000);
  });

  it("behavior: the folder of the run serves as well as the blob, and a replay can be held against it", async () => {
    const previous = await readPreviousRun(dirname(right.path), draw);
    expect(previous).toEqual(await readPreviousRun(right.path, draw));
    const { path } = await measureModel(both, { suite, seed: seedNow, previous });
    await expect(checkPreviousRun(path, right.path)).resolves.toBeUndefined();
    await expect(checkPreviousRun(path, weak.path)).rejects.toMatchObject({
      where: expect.stringContaining("previous"),
    });
    await expect(checkPreviousRun(right.path, right.path)).rejects.toMatchObject({ where: "line 1, field previous" });
  });

  it("error: a blob that asked other questions than its seed demands", async () => {
    const previous = await readPreviousRun(right.path, draw);
    const [first, second, ...rest] = previous.asked;
    if (!first || !second) throw new TypeError("no questions");
    const swapped = { ...previous, asked: [second, first, ...rest] };
    await expect(measureModel(both, { suite, seed: seedNow, previous: swapped })).rejects.toMatchObject({
      name: "RegressionDrawError",
    });
  });

  it("error: evidence that does not replay, or is not there", async () => {
    const folder = await mkdtemp(join(tmpdir(), "assay-"));
    await cp(right.path, join(folder, "blob.ndjson"));
    const text = await readFile(right.path, "utf8");
    await writeFile(join(folder, "blob.ndjson"), text.replace("LABEL", "LABEI"));
    await expect(readPreviousRun(join(folder, "blob.ndjson"), draw)).rejects.toThrow(PreviousRunError);
    await expect(readPreviousRun(folder, draw)).rejects.toThrow(PreviousRunError);
    await expect(readPreviousRun(join(folder, "none"), draw)).rejects.toThrow("does not exist");
    expect((await replay(right.path)).ok).toBe(true);
  });
});
