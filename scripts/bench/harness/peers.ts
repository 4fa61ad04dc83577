import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Packages the harness is measured beside. They are in no lockfile but their own, below scripts/bench/peers/. */
export const peers = ["openai", "promptfoo"] as const;
export type Peer = (typeof peers)[number];

const root = fileURLToPath(new URL("../../../", import.meta.url));
const peerCache = join(root, "cache/bench");
const files = ["package.json", "package-lock.json"] as const;
const limitMs = 600_000;

/** A peer is not there and could not be had. */
export class PeerMissing extends Error {
  override name = "PeerMissing";
}

/** Puts a peer into `cache/bench/`, once for each of its lockfiles. @throws PeerMissing when npm cannot, or not in time */
export async function installPeer(peer: Peer, options: { mayInstall: boolean; cache?: string }): Promise<void> {
  const { mayInstall, cache = peerCache } = options;
  const folder = await folderOf(peer, cache);
  if (existsSync(folder)) return;
  if (!mayInstall) throw new PeerMissing("is not installed, and --no-install was given");
  console.error(`installing ${peer} for the comparison, once; it stays outside the project's own packages`);
  await mkdir(dirname(folder), { recursive: true });
  // Renamed into place when complete: an install that was cut off leaves nothing that looks like one.
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    for (const file of files) await copyFile(join(sourceOf(peer), file), join(draft, file));
    await npmInstall(draft);
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Loads an installed peer, typed by whoever asks. */
export function requirePeer(peer: Peer, folder: string) {
  return createRequire(join(folder, "package.json"))(peer);
}

/** Where a peer is installed: its name and its lockfile's hash. */
export async function folderOf(peer: Peer, cache = peerCache): Promise<string> {
  const lock = await readFile(join(sourceOf(peer), "package-lock.json"));
  return join(cache, `${peer}-${createHash("sha256").update(lock).digest("hex").slice(0, 16)}`);
}

function sourceOf(peer: Peer): string {
  return join(root, "scripts/bench/peers", peer);
}

/**
 * Optional packages are other databases and browsers, scripts build what is not used here. Not `npm ci`: it refuses a lockfile whenever
 * the registry in use lacks an optional package of another platform.
 */
const npmArguments = [
  "install",
  "--no-save",
  "--omit=dev",
  "--omit=optional",
  "--omit=peer",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
];

async function npmInstall(folder: string): Promise<void> {
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const child = spawn(command, [...first, ...npmArguments, "--loglevel=error"], {
    cwd: folder,
    timeout: limitMs,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint = `${complaint}${chunk}`.slice(0, 2_000);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code === 0) return;
  const reason =
    /error (?:code )?(.+)/.exec(complaint)?.[1] ?? (code === null ? "no end in time" : `exit code ${code}`);
  throw new PeerMissing(`could not be installed (npm: ${reason}); check the connection to the package registry`);
}
