import { describe, expect, it } from "vitest";
import { secretOf, sentHeaders } from "../../../evaluation/transport/sentHeaders.ts";
import { manifestOf } from "../testSuite.ts";

const endpoint = "https://models.example.org";

describe("sentHeaders", () => {
  it("default: JSON, no compression, no key", () => {
    expect(sentHeaders(manifestOf(endpoint), undefined)).toEqual({
      "user-agent": "assay",
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "identity",
    });
  });

  it("behavior: a stream is asked for, the manifest's headers go along, the key goes where the manifest says", () => {
    const manifest = manifestOf(endpoint, { streaming: true, headers: { "X-Team": "blue", "User-Agent": "app/1" } });
    expect(sentHeaders(manifest, "sk-1")).toMatchObject({
      "user-agent": "app/1",
      accept: "text/event-stream",
      "x-team": "blue",
      authorization: "Bearer sk-1",
    });
    const named = sentHeaders(manifestOf(endpoint, { apiKeyEnv: "KEY", apiKeyHeader: "Api-Key" }), "sk-1");
    expect(named["api-key"]).toBe("sk-1");
    expect(named).not.toHaveProperty("authorization");
  });
});

it("behavior: the placeholder keys of local servers are no secrets", () => {
  expect(["EMPTY", "lm-studio", undefined].map(secretOf)).toEqual([undefined, undefined, undefined]);
  expect(secretOf("sk-0123456789abcdef")).toBe("sk-0123456789abcdef");
});
