// Runs before every npm script, on whatever Node the machine has (20 or newer) and with no dependencies: installs when
// node_modules is missing or was installed from another lockfile. Everything after it runs on the project's own Node.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".assay-lock");

const fail = (line) => {
  console.error(`setup: ${line}`);
  process.exit(1);
};

const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package.json")))
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash;

function install() {
  const npm = process.env.npm_execpath;
  if (!npm) fail("run this through npm (npm start, npm test), which knows how to install the dependencies");
  console.error("setup: installing the dependencies from package-lock.json (once, about a minute) …");
  // npm's own output goes to stderr: stdout belongs to the command that follows.
  const result = spawnSync(process.execPath, [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return;
  const output = `${result.stderr}${result.stdout}`;
  if (/ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    fail("npm cannot reach its registry: check the network (or proxy) and run the command again");
  }
  if (/ENOSPC/.test(output)) fail("the disk is full: the dependencies need about 1 GB; free some space and run again");
  process.stderr.write(output);
  fail(`npm ci failed with code ${result.status ?? result.signal}; the lines above say why`);
}

function linkHooks() {
  if (!existsSync(join(root, ".git"))) return;
  const configured = spawnSync("git", ["config", "core.hooksPath"], { cwd: root, encoding: "utf8" });
  if (configured.error || configured.stdout.trim()) return;
  spawnSync("git", ["config", "core.hooksPath", ".githooks"], { cwd: root });
}

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Node ${process.versions.node} is too old: install Node 20 or newer`);
if (!isInstalled()) {
  install();
  writeFileSync(stamp, lockHash);
  linkHooks();
}
