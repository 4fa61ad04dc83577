import type { Manifest } from "../manifest/manifest.ts";

/** The headers of every request of a run. With a key in them they are a secret: they go to the pinned endpoint and nowhere else. */
export function sentHeaders(
  { headers = {}, streaming = false, apiKeyHeader }: Manifest,
  apiKey: string | undefined,
): Record<string, string> {
  const fixed = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    "user-agent": "assay",
    ...Object.fromEntries(fixed),
    "content-type": "application/json",
    accept: streaming ? "text/event-stream" : "application/json",
    // Replies are short, and a compressing gateway holds back a stream.
    "accept-encoding": "identity",
    ...(apiKey !== undefined && keyHeader(apiKeyHeader?.toLowerCase() ?? "authorization", apiKey)),
  };
}

/** Shorter keys are placeholders of local servers (`EMPTY`, `lm-studio`), which may well stand in a reply. */
const minSecretLength = 16;

/** What no reply may hold: the key, when it is one. */
export function secretOf(apiKey: string | undefined): string | undefined {
  return apiKey !== undefined && apiKey.length >= minSecretLength ? apiKey : undefined;
}

function keyHeader(name: string, apiKey: string): Record<string, string> {
  return { [name]: name === "authorization" ? `Bearer ${apiKey}` : apiKey };
}
