import { readStream } from "./completionStream.ts";
import type { FailureClass, TransportFailure } from "./failure.ts";
import { firstChoice, member } from "./member.ts";

/** What an attempt came to: the model's text, or the class of its failure. */
export type Completion =
  | { readonly text: string; readonly failure: null }
  | { readonly text: null; readonly failure: FailureClass };

/** The part of an exchange that follows from the evidence, so that a replay reads the same completion from it. */
export interface RawReply {
  /** Null when no final status line arrived. */
  readonly status: number | null;
  /** As much of the content as arrived, never more than the suite's bound; any content coding is undone. */
  readonly body: Buffer;
  readonly failure: TransportFailure | null;
  /** Whether the manifest declares server-sent events. */
  readonly streaming: boolean;
  /** Whether the signature holds; null when the manifest declares no key. */
  readonly authentic: boolean | null;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads an OpenAI-compatible chat completion. Total: whatever the bytes are, the answer is a text or a failure class. */
export function readCompletion({ status, body, failure, streaming, authentic }: RawReply): Completion {
  const refused = failure ?? classifyStatus(status);
  if (refused !== null) return fail(refused);
  if (authentic === false) return fail("badSignature");
  return streaming ? readStream(body).completion : readWhole(body);
}

/** Whether a status promises a completion. */
export function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

function readWhole(body: Buffer): Completion {
  const parsed = parseBody(body);
  if (parsed === undefined) return fail("badJson");
  const choice = firstChoice(parsed);
  if (choice === undefined) return fail("noChoice");
  const text = member(member(choice, "message"), "content");
  if (member(choice, "finish_reason") === "length") return fail("truncated");
  return typeof text === "string" ? { text, failure: null } : fail("noChoice");
}

function classifyStatus(status: number | null): FailureClass | null {
  if (status === null) return "streamBroken";
  if (isSuccess(status)) return null;
  if (status < 400) return "redirect";
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

function fail(failure: FailureClass): Completion {
  return { text: null, failure };
}
