import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forgetDisputeFolders, forgetRoundFolders } from "../../oracle/node/evidenceFolders.ts";

describe("evidence in a data directory, as it gets old", () => {
  let directory: string;

  /** A session's folder in which a blob was written last at a time (unix seconds). */
  const measuredAt = async (name: string, seconds: number): Promise<void> => {
    const model = join(directory, name, "model-1");
    await mkdir(model, { recursive: true });
    await writeFile(join(model, "blob.ndjson"), "{}");
    for (const path of [join(model, "blob.ndjson"), model, join(directory, name)]) await utimes(path, seconds, seconds);
  };
  const left = async () => (await readdir(directory)).sort();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "assay-folders-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test("default: rounds before a number go, and what is no round stays", async () => {
    for (const round of [8, 9, 10]) await measuredAt(`round-${round}`, 100 * round);
    await measuredAt("round-of-golf", 1);
    await forgetRoundFolders(directory, 10n);
    expect(await left()).toEqual(["round-10", "round-of-golf"]);
  });

  test("behavior: a dispute goes with the rounds of its time, unless it is needed", async () => {
    for (const round of [9, 10]) await measuredAt(`round-${round}`, 100 * round);
    for (const [dispute, seconds] of [
      [1, 700],
      [2, 800],
      [3, 950],
    ] as const)
      await measuredAt(`dispute-${dispute}`, seconds);
    expect(await forgetDisputeFolders(directory, (id) => id === 2n)).toEqual([1n]);
    expect(await left()).toEqual(["dispute-2", "dispute-3", "round-10", "round-9"]);
    await forgetRoundFolders(directory, 10n);
    expect(await forgetDisputeFolders(directory, () => false)).toEqual([2n, 3n]);
    expect(await left()).toEqual(["round-10"]);
  });

  test("behavior: a dispute that is being measured stays, however early it began", async () => {
    await measuredAt("round-10", 1_000);
    await measuredAt("dispute-1", 500);
    const draft = join(directory, "dispute-1", "model-1", "unfinished.part");
    await writeFile(draft, "{}");
    await utimes(draft, 1_001, 1_001);
    await utimes(join(directory, "dispute-1", "model-1"), 500, 500);
    expect(await forgetDisputeFolders(directory, () => false)).toEqual([]);
  });

  test("behavior: where no round was measured nothing tells how old a dispute is: it stays", async () => {
    await measuredAt("dispute-1", 1);
    expect(await forgetDisputeFolders(directory, () => false)).toEqual([]);
    expect(await forgetDisputeFolders(join(directory, "nowhere"), () => false)).toEqual([]);
  });
});
