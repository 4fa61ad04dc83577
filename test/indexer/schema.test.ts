import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const generator = new URL("../../indexer/generateSchema.ts", import.meta.url).pathname;

test("default: indexer/schema.graphql is what the code says", () => {
  expect(() => execFileSync(process.execPath, [generator, "--check"], { stdio: "pipe" })).not.toThrow();
});
