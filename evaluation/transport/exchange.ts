import type { RawReply } from "./readCompletion.ts";
import type { Redirect } from "./redirect.ts";
import type { TokenTimes } from "./tokenClock.ts";

/** One HTTP attempt as it was observed. Times are integer microseconds since the run began. */
export interface Exchange extends RawReply {
  /** The system's or parser's code behind a transport failure (`ECONNREFUSED`), for people. */
  readonly detail: string | null;
  readonly sent: number;
  /** Of the response that counts, redirects left behind. */
  readonly firstByte: number | null;
  readonly end: number;
  /** The 3xx answers in order; the last one was refused when the status is 3xx. */
  readonly redirects: readonly Redirect[];
  /** Of a streamed reply that held text. */
  readonly tokenTimes: TokenTimes | null;
  /** What the reply had to be signed with, 64 hex digits, and the signature that came, 128 hex digits. */
  readonly nonce: string | null;
  readonly signature: string | null;
}
