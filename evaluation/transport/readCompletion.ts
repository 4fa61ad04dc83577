import type { FailureClass, TransportFailure } from "./failure.ts";

/** What an attempt came to: the model's text, or the class of its failure. */
export type Completion =
  | { readonly text: string; readonly failure: null }
  | { readonly text: null; readonly failure: FailureClass };

/** The part of an exchange that is in the evidence, so that a replay reads the same completion from it. */
export interface RawReply {
  readonly status: number | null;
  readonly body: Buffer;
  readonly failure: TransportFailure | null;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads an OpenAI-compatible chat completion. Total: whatever the bytes are, the answer is a text or a failure class. */
export function readCompletion({ status, body, failure }: RawReply): Completion {
  if (failure !== null) return fail(failure);
  const refused = classifyStatus(status);
  if (refused !== null) return fail(refused);
  const parsed = parseBody(body);
  if (parsed === undefined) return fail("badJson");
  const choice = firstChoice(parsed);
  if (choice === undefined) return fail("noChoice");
  const text = member(member(choice, "message"), "content");
  if (member(choice, "finish_reason") === "length") return fail("truncated");
  return typeof text === "string" ? { text, failure: null } : fail("noChoice");
}

/** Redirects are never followed: any status that is neither 2xx, 429 nor 5xx is the caller's address being wrong. */
function classifyStatus(status: number | null): FailureClass | null {
  if (status === null) return "streamBroken";
  if (status >= 200 && status < 300) return null;
  if (status === 429) return "http429";
  return status >= 500 ? "http5xx" : "http4xx";
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}

function firstChoice(completion: unknown): unknown {
  const choices = member(completion, "choices");
  return Array.isArray(choices) ? choices[0] : undefined;
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function fail(failure: FailureClass): Completion {
  return { text: null, failure };
}
