import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { errorNotices } from "../../sdk/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Declarations, each with the line before it. */
const declared = globSync("contracts/**/*.sol", { cwd: root }).flatMap((file) =>
  [...readFileSync(`${root}/${file}`, "utf8").matchAll(/^(.*)\n\s*error (\w+)\(/gm)].map(
    ([, before = "", name = ""]) => ({
      file,
      name,
      before,
    }),
  ),
);
const told = new Set(Object.keys(errorNotices).map((signature) => signature.slice(0, signature.indexOf("("))));

test("default: every custom error has a notice, which whoever is refused can read", () => {
  expect(declared.length).toBeGreaterThan(120);
  expect(declared.filter(({ before }) => !/^\s*\/\/\/ @notice \S/.test(before))).toEqual([]);
  expect(declared.filter(({ name }) => !told.has(name))).toEqual([]);
});
