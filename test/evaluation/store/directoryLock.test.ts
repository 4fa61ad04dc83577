import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { DirectoryLockedError, lockDirectory } from "../../../evaluation/store/directoryLock.ts";

describe("lockDirectory", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-lock-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  test("default: one holder at a time, the next one after a release", () => {
    const lock = lockDirectory(directory, "dataDir");
    expect(() => lockDirectory(directory, "dataDir")).toThrow(DirectoryLockedError);
    lock.release();
    lock.release();
    lockDirectory(directory, "dataDir").release();
  });

  test("behavior: another process is refused, also when the holder keeps no reference, and kill -9 leaves no lock behind", async () => {
    const module = join(import.meta.dirname, "../../../evaluation/store/directoryLock.ts");
    const holds = `import { lockDirectory } from ${JSON.stringify(module)};
      lockDirectory(${JSON.stringify(directory)}, "dataDir"); setTimeout(() => { gc(); console.log("held"); }, 0);
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", holds], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => {
      holder.kill("SIGKILL");
    });
    await once(holder.stdout, "data");
    expect(() => lockDirectory(directory, "dataDir")).toThrow(
      `${directory} is in use by another process: stop that one, or give this one another dataDir`,
    );
    holder.kill("SIGKILL");
    await once(holder, "exit");
    lockDirectory(directory, "dataDir").release();
  });
});
