import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apiKeySource, readApiKey } from "../../../evaluation/manifest/apiKey.ts";
import { manifestOf } from "../testSuite.ts";

const folder = await mkdtemp(join(tmpdir(), "assay-"));
const manifestFile = join(folder, "manifest.json");

async function keyOf(changes: { apiKeyEnv?: string; apiKeyFile?: string }, env: Record<string, string> = {}) {
  const source = apiKeySource(manifestOf("https://h", changes));
  return source === null ? null : readApiKey(source, { env, manifestFile });
}

describe("readApiKey", () => {
  it("default: from a variable, from a file beside the manifest, or none at all", async () => {
    await writeFile(join(folder, "key.txt"), "secret-1\n");
    expect(await keyOf({ apiKeyEnv: "MODEL_KEY" }, { MODEL_KEY: "secret-2" })).toBe("secret-2");
    expect(await keyOf({ apiKeyFile: "key.txt" })).toBe("secret-1");
    expect(await keyOf({ apiKeyFile: join(folder, "key.txt") })).toBe("secret-1");
    expect(await keyOf({})).toBeNull();
  });

  it("error: a variable that is not set, a file that is not there", async () => {
    await expect(keyOf({ apiKeyEnv: "MODEL_KEY" })).rejects.toThrow(
      "environment variable MODEL_KEY, which the manifest names in apiKeyEnv, is not set; export it and run again",
    );
    await expect(keyOf({ apiKeyFile: "none.txt" })).rejects.toThrow(
      `${join(folder, "none.txt")}, which the manifest names in apiKeyFile, cannot be read; check the path`,
    );
  });

  it.each(["", "two\nlines", "caf\u00e9", "x".repeat(5000)])(
    "error: a file that holds no key tells nothing of its text",
    async (text) => {
      await writeFile(join(folder, "bad.txt"), text);
      const refusal = await keyOf({ apiKeyFile: "bad.txt" }).catch((error: Error) => error.message);
      expect(refusal).toBe(
        `${join(folder, "bad.txt")} holds no API key: expected one line of 1 to 4096 printable ASCII characters`,
      );
    },
  );
});
