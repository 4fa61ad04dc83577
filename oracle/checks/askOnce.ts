import { request } from "undici";

/** What a server answered, and what its clock says. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Milliseconds that its clock (the Date header, whole seconds) is ahead of this one; undefined without the header. */
  readonly aheadMs: number | undefined;
}

const timeoutMs = 5_000;
const maxBytes = 1_000_000;

/**
 * Asks a server once, with bounds on time and size.
 * @throws Error whose message says in a few words why there is no answer
 */
export async function askOnce(url: string, now: () => number, json?: unknown): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, {
    method: json === undefined ? "GET" : "POST",
    ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { "content-type": "application/json" } }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const at = now();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`its answer is longer than ${maxBytes} bytes`);
  }
  const date = Date.parse(`${headers.date}`);
  return {
    status: statusCode,
    text: Buffer.concat(chunks).toString("utf8"),
    aheadMs: Number.isNaN(date) ? undefined : aheadOf(date, at),
  };
}

/** The header names a whole second: anything within it is no difference. */
function aheadOf(date: number, at: number): number {
  if (at >= date && at < date + 1_000) return 0;
  return at < date ? date - at : date + 1_000 - at;
}

/** Why a request failed, in a few words and without the URL. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs / 1_000} s`;
  const code = "code" in error ? `${error.code}` : "";
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nothing listens there",
    ENOTFOUND: "no such host",
    EAI_AGAIN: "the name cannot be looked up",
    ECONNRESET: "it hung up",
    CERT_HAS_EXPIRED: "its certificate has expired",
  };
  return words[code] ?? (code === "" ? error.message.slice(0, 100) : code);
}
