import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  completionsUrl,
  loadManifest,
  manifestDigest,
  manifestForEndpoint,
  parseManifest,
} from "../../../evaluation/manifest/manifest.ts";
import { manifestOf } from "../testSuite.ts";

const manifest = manifestOf("https://models.example.org/v1");

describe("parseManifest", () => {
  it("default: accepts what it made", () => {
    expect(parseManifest({ ...manifest })).toEqual(manifest);
  });

  it.each([
    [
      "unknown field",
      { ...manifest, colour: "red" },
      'm.json: unknown field "colour"; remove it or correct its spelling',
    ],
    ["unknown inner field", { ...manifest, task: { labels: ["a"], x: 1 } }, 'm.json: unknown field "task.x"; remove'],
    ["zero rate", { ...manifest, declaredRate: 0 }, 'm.json: field "declaredRate" is 0, at least 1 needed'],
    [
      "fraction",
      { ...manifest, contextSize: 4096.5 },
      'm.json: field "contextSize" is 4096.5, expected a whole number',
    ],
    [
      "credentials in the URL",
      { ...manifest, endpoint: "https://u:p@h/" },
      'm.json: field "endpoint": expected an http(s) URL',
    ],
    [
      "other protocol",
      { ...manifest, endpoint: "file:///etc/passwd" },
      'm.json: field "endpoint": expected an http(s) URL',
    ],
    ["a key instead of a name", { ...manifest, apiKeyEnv: "sk-123" }, 'm.json: field "apiKeyEnv": expected the NAME'],
    ["a host header", { ...manifest, headers: { Host: "h" } }, 'm.json: field "headers.Host": is set by the client'],
    ["a hop-by-hop header", { ...manifest, headers: { te: "trailers" } }, 'm.json: field "headers.te": is set by'],
    ["a cookie", { ...manifest, headers: { Cookie: "a=b" } }, 'm.json: field "headers.Cookie": is set by the client'],
    [
      "credentials in the open",
      { ...manifest, headers: { Authorization: "Bearer x" } },
      'm.json: field "headers.Authorization": is a credential, and manifests are public; name its source in apiKeyEnv',
    ],
    [
      "a key in the open",
      { ...manifest, headers: { "x-api-key": "x" } },
      'm.json: field "headers.x-api-key": names a se',
    ],
    [
      "a line break",
      { ...manifest, headers: { "x-a": "b\r\nc: d" } },
      'm.json: field "headers.x-a": expected 1 to 1024',
    ],
    [
      "a header twice",
      { ...manifest, headers: { "x-a": "1", "X-A": "2" } },
      'm.json: field "headers.X-A": stands twice',
    ],
    [
      "too many headers",
      { ...manifest, headers: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`x-${i}`, "1"])) },
      'm.json: field "headers": has 17 headers; at most 16',
    ],
    [
      "two sources of the key",
      { ...manifest, apiKeyEnv: "KEY", apiKeyFile: "key.txt" },
      'm.json: field "apiKeyFile": stands beside apiKeyEnv; keep one of the two',
    ],
    [
      "a header for no key",
      { ...manifest, apiKeyHeader: "api-key" },
      'm.json: field "apiKeyHeader": names a header for a',
    ],
    [
      "a header that carries no key",
      { ...manifest, apiKeyEnv: "KEY", apiKeyHeader: "Cookie" },
      'm.json: field "apiKeyHeader": cannot carry a key; use authorization or a name such as api-key',
    ],
    [
      "a header with two values",
      { ...manifest, apiKeyEnv: "KEY", apiKeyHeader: "X-Org", headers: { "x-org": "a" } },
      'm.json: field "apiKeyHeader": is among headers too',
    ],
    [
      "half a public key",
      { ...manifest, responseKey: "0xab" },
      'm.json: field "responseKey": expected an ed25519 public',
    ],
    [
      "streaming as a word",
      { ...manifest, streaming: "yes" },
      'm.json: field "streaming" is a text, expected true or false',
    ],
    [
      "another endpoint with a query",
      { ...manifest, previousEndpoint: "https://h/?a" },
      'm.json: field "previousEndpoin',
    ],
    ["no object", [], "m.json: the file is a list, expected an object"],
  ])("error: %s gets one line with file, field and remedy", (_, value, line) => {
    expect(() => parseManifest(value, "m.json")).toThrowError(
      expect.objectContaining({ name: "ManifestError", message: expect.stringContaining(line) }),
    );
    expect(() => parseManifest(value, "m.json")).toThrowError(/^[^\n]+$/);
  });
});

it("default: everything a manifest can say", () => {
  const full = {
    ...manifest,
    streaming: true,
    headers: { "X-Team": "blue", "openai-organization": "org-1" },
    apiKeyFile: "keys/model.txt",
    apiKeyHeader: "api-key",
    responseKey: `0x${"ab".repeat(32)}`,
    previousEndpoint: "https://models.example.org/before/v1",
  };
  expect(parseManifest(full)).toEqual(full);
});

describe("loadManifest", () => {
  it("default: reads a file", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "assay-")), "m.json");
    await writeFile(file, JSON.stringify(manifest, null, 2));
    expect(await loadManifest(file)).toEqual(manifest);
  });

  it("error: a file that is not there, and one that is no JSON", async () => {
    await expect(loadManifest("/no/such.json")).rejects.toThrow("/no/such.json: does not exist; check the path");
    const file = join(await mkdtemp(join(tmpdir(), "assay-")), "m.json");
    await writeFile(file, "{");
    await expect(loadManifest(file)).rejects.toThrow(`${file}:1:2: expected "}"; correct the file`);
  });

  it("error: a wrong field is named with its line", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "assay-")), "m.json");
    await writeFile(file, JSON.stringify({ ...manifest, declaredRate: "fast" }, null, 2));
    await expect(loadManifest(file)).rejects.toThrow(
      `${file}:6:3: field "declaredRate" is a text, expected a number; correct the value`,
    );
  });

  it("error: a private address that nobody allowed", async () => {
    await expect(loadManifest("http://127.0.0.1:9/m.json")).rejects.toMatchObject({ name: "EndpointError" });
  });
});

describe("manifestDigest", () => {
  it("behavior: does not depend on the order of fields", () => {
    const reversed = parseManifest(Object.fromEntries(Object.entries(manifest).reverse()));
    expect(manifestDigest(reversed)).toBe(manifestDigest(manifest));
    expect(manifestDigest({ ...manifest, model: "other" })).not.toBe(manifestDigest(manifest));
  });
});

describe("completionsUrl", () => {
  it.each([
    ["https://h", "https://h/v1/chat/completions"],
    ["https://h/a/", "https://h/a/v1/chat/completions"],
    ["https://h/a/v1", "https://h/a/v1/chat/completions"],
    ["https://h/v1/chat/completions/", "https://h/v1/chat/completions"],
  ])("default: %s", (endpoint, url) => {
    expect(completionsUrl(endpoint).href).toBe(url);
  });

  it("behavior: an endpoint without a manifest gets a cautious one", () => {
    expect(manifestForEndpoint("https://h/v1", "x")).toMatchObject({ name: "h", model: "x", declaredConcurrency: 8 });
  });
});
