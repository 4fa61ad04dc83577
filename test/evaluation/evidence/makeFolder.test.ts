import { mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder, makeFolderSync } from "../../../evaluation/evidence/makeFolder.ts";

const folder = await mkdtemp(join(tmpdir(), "assay-"));

describe.each([
  ["makeFolder", makeFolder],
  ["makeFolderSync", async (path: string, mode?: number) => makeFolderSync(path, mode)],
] as const)("%s", (name, make) => {
  it("default: makes what is missing on the way, twice without harm", async () => {
    const path = join(folder, name, "b", "c");
    await Promise.all([make(path), make(path)]);
    await make(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it("behavior: gives every folder it makes the permissions asked for", async () => {
    const path = join(folder, `${name}-own`, "b");
    await make(path, 0o700);
    const modes = await Promise.all([path, dirname(path)].map(async (each) => (await stat(each)).mode & 0o777));
    expect(modes).toEqual([0o700, 0o700]);
  });

  it("error: a file on the way", async () => {
    const file = join(folder, `${name}-file`);
    await writeFile(file, "");
    await expect(make(join(file, "x", "y"))).rejects.toMatchObject({ code: "EEXIST" });
  });

  it.runIf(process.platform === "linux")("error: a place where the system makes no folders", async () => {
    await expect(make("/proc/assay/x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
