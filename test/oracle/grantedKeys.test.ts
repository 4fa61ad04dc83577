import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { grantedKey, readGrantedKeys } from "../../oracle/node/grantedKeys.ts";
import { manifestOf } from "../evaluation/testSuite.ts";

const file = join(await mkdtemp(join(tmpdir(), "assay-")), "key.txt");
await writeFile(file, "secret-b\n");
const granted = await readGrantedKeys(
  {
    apiKeys: [
      { env: "KEY_A", hosts: ["a.example.org"] },
      { file, hosts: ["b.example.org:8443"] },
    ],
  },
  { KEY_A: "secret-a" },
);

describe("grantedKey", () => {
  it("default: a key goes to the hosts it was granted to", () => {
    expect(grantedKey(manifestOf("https://a.example.org/v1", { apiKeyEnv: "KEY_A" }), granted)).toBe("secret-a");
    expect(grantedKey(manifestOf("https://b.example.org:8443/v1", { apiKeyFile: file }), granted)).toBe("secret-b");
    expect(grantedKey(manifestOf("https://c.example.org"), granted)).toBeUndefined();
  });

  it.each([
    ["https://evil.example.org", { apiKeyEnv: "KEY_A" }],
    ["https://b.example.org/v1", { apiKeyFile: file }],
    ["https://a.example.org", { apiKeyEnv: "HOME" }],
    ["https://a.example.org", { apiKeyFile: "/etc/passwd" }],
  ])("error: a stranger's manifest at %s that names it does not get it", (endpoint, source) => {
    expect(() => grantedKey(manifestOf(endpoint, source), granted)).toThrowError(
      expect.objectContaining({
        name: "UnusableManifestError",
        message: expect.stringContaining("grant it in apiKeys if that host may have it"),
      }),
    );
  });
});
