import type { TransportFailure } from "./failure.ts";

/** One HTTP attempt as it was observed. Times are integer microseconds since the run began. */
export interface Exchange {
  /** Null when no status line arrived. */
  readonly status: number | null;
  /** As much of the body as arrived, never more than the suite's bound. */
  readonly body: Buffer;
  readonly failure: TransportFailure | null;
  /** The system's or parser's code behind a transport failure (`ECONNREFUSED`), for people. */
  readonly detail: string | null;
  readonly sent: number;
  readonly firstByte: number | null;
  readonly end: number;
}
