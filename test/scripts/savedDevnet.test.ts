import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  ContinueError,
  emptyDir,
  prepareDir,
  readSavedDevnet,
  runningIn,
  type SavedDevnet,
  untilEnded,
  writeSavedDevnet,
} from "../../scripts/devnet/savedDevnet.ts";

const saved: SavedDevnet = {
  fingerprint: "same",
  ports: { chain: 1, indexer: 2, board: 3, models: 4, evaluator1: 5, evaluator2: 6, evaluator3: 7 },
  models: [{ name: "anchor", modelId: "1", owner: "0x01" }],
};
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "assay-saved-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("default: what was written is read again; nothing is there before", () => {
  expect(readSavedDevnet(dir, "same")).toBeUndefined();
  writeSavedDevnet(dir, saved);
  expect(readSavedDevnet(dir, "same")).toEqual(saved);
});

test("error: a devnet of other contracts or settings is not continued", () => {
  writeSavedDevnet(dir, saved);
  expect(() => readSavedDevnet(dir, "other")).toThrow(
    new ContinueError(`the devnet saved in ${dir} was made by other contracts or settings: start with --fresh`),
  );
});

test("error: a damaged file is named, with what to do", () => {
  writeFileSync(join(dir, "devnet.json"), '{"fingerprint":');
  expect(() => readSavedDevnet(dir, "same")).toThrow(ContinueError);
  expect(() => readSavedDevnet(dir, "same")).toThrow(/devnet\.json cannot be read \(.*\): start with --fresh$/);
});

test("behavior: a fresh start removes the devnet's own files and nothing else", () => {
  writeSavedDevnet(dir, saved);
  mkdirSync(join(dir, "board"));
  writeFileSync(join(dir, ".keep"), "");
  emptyDir(dir);
  expect(["devnet.json", "board", ".keep"].map((name) => existsSync(join(dir, name)))).toEqual([false, false, true]);
});

test("error: a directory that holds anything else is refused and left as it is", () => {
  writeFileSync(join(dir, "thesis.txt"), "years of work");
  expect(() => prepareDir(dir)).toThrow(
    new ContinueError(`${dir} holds "thesis.txt", which is no part of a devnet: choose another --dir`),
  );
  expect(readFileSync(join(dir, "thesis.txt"), "utf8")).toBe("years of work");
});

test("error: a directory that the system does not make is refused in one line", () => {
  expect(() => prepareDir("/proc/assay/net")).toThrow(
    /^\/proc\/assay\/net cannot be used \(.+\): choose another --dir$/,
  );
});

test("error: a devnet that runs is neither joined nor wiped", () => {
  const lock = prepareDir(dir);
  writeSavedDevnet(dir, saved);
  expect(() => prepareDir(dir)).toThrow(
    new ContinueError(`a devnet is running in ${dir}: end it first (Ctrl-C where it runs), or use another --dir`),
  );
  expect(readSavedDevnet(dir, "same")).toEqual(saved);
  lock.release();
  prepareDir(dir).release();
});

test("behavior: a start waits for what a start that was killed left running, and names what does not end", async () => {
  const preload = new URL("../../scripts/devnet/dieWithParent.ts", import.meta.url).href;
  const env = { ...process.env, ASSAY_DEVNET_LOCK: join(runningIn(dir), "chain") };
  const slow =
    "process.once('SIGTERM', () => process.send('asked')); process.on('message', () => process.exit()); process.send('runs');";
  const child = spawn(process.execPath, ["--import", preload, "-e", slow], {
    env,
    stdio: ["pipe", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  child.stdin?.end();
  await once(child, "message");
  const told: string[] = [];
  const tell = (name: string) => told.push(name);
  await expect(untilEnded(dir, tell, 0)).rejects.toThrow(
    new ContinueError(`the chain of the last start in ${dir} still runs: end it, or use another --dir`),
  );
  const ended = untilEnded(dir, tell);
  child.send("end");
  await ended;
  expect(told).toEqual(["chain", "chain"]);
});
