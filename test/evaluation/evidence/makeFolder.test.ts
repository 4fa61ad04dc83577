import { mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../evaluation/evidence/makeFolder.ts";

const folder = await mkdtemp(join(tmpdir(), "assay-"));

describe("makeFolder", () => {
  it("default: makes what is missing on the way, twice without harm", async () => {
    const path = join(folder, "a", "b", "c");
    await Promise.all([makeFolder(path), makeFolder(path)]);
    await makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it("error: a file on the way", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(makeFolder(join(file, "x", "y"))).rejects.toMatchObject({ code: "EEXIST" });
  });

  it.runIf(process.platform === "linux")("error: a place where the system makes no folders", async () => {
    await expect(makeFolder("/proc/assay/x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
