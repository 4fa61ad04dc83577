import { request } from "undici";
import { SignerFailedError } from "./remoteSigner.ts";

/** Milliseconds a signer may take for one answer, its connection included. */
export const signerTimeoutMs = 5_000;
/** Bytes of an answer: a signature, or a list of some thousand public keys. */
const maxAnswerBytes = 1_000_000;

export interface SignerCall {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For messages: the signer's address without anything secret. */
  readonly place: string;
  readonly timeoutMs?: number;
}

export interface SignerAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks a signer once. Never twice: whoever asks again decides that it may.
 * @throws SignerFailedError when it does not answer in time, or with too much.
 */
export async function postToSigner({
  url,
  method,
  headers,
  body,
  place,
  timeoutMs,
}: SignerCall): Promise<SignerAnswer> {
  const signal = AbortSignal.timeout(timeoutMs ?? signerTimeoutMs);
  try {
    const response = await request(url, { method, headers: { ...headers }, body: body ?? null, signal });
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of response.body) {
      const bytes = Buffer.from(part);
      length += bytes.length;
      if (length > maxAnswerBytes)
        throw new SignerFailedError(`${place} answers with more than ${maxAnswerBytes} bytes: is it a signer?`);
      parts.push(bytes);
    }
    return { status: response.statusCode, text: Buffer.concat(parts).toString("utf8") };
  } catch (cause) {
    if (cause instanceof SignerFailedError) throw cause;
    const reason = signal.aborted ? `nothing within ${timeoutMs ?? signerTimeoutMs} ms` : reasonOf(cause);
    throw new SignerFailedError(`${place} does not answer (${reason}): start it, or correct its address`, { cause });
  }
}

/** The error's code where there is one: messages of the transport can hold the whole URL. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown error";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}

/** A URL for messages: origin and path; user, password, query and fragment can be secrets. */
export function redactUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}

/** What a signer said, short and on one line. */
export const excerptOf = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, 120);
