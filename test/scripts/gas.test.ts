import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Minutes: the production build, where it is not cached, then two chains' lives; ten thousand of everything. */
const patience = 3_600_000;

test.each([
  ["gas and sizes", "gas"],
  ["costs with ten thousand models, delegators and rounds", "flatness"],
])(
  "default: %s are those that are committed",
  (_, benchmark) => {
    const options = { cwd: root, encoding: "utf8" } as const;
    const { status, stderr } = spawnSync(process.execPath, [`scripts/bench/${benchmark}.ts`, "--check"], options);
    expect(status, stderr).toBe(0);
  },
  patience,
);
