import type { Manifest } from "../manifest/manifest.ts";
import type { Suite } from "../suite/suite.ts";

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** The exact body of a request. Well-formed whatever the replies in the history hold: JSON.stringify escapes lone surrogates. */
export function requestBody(manifest: Manifest, suite: Suite, messages: readonly Message[]): string {
  return JSON.stringify({
    model: manifest.model,
    messages,
    temperature: suite.decoding.temperature,
    max_tokens: suite.decoding.maxTokens,
    ...(manifest.streaming && { stream: true }),
  });
}
