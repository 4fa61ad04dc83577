import type { InventionKind } from "../grading/inventions.ts";
import type { FailureClass } from "../transport/failure.ts";
import type { TokenTimes } from "../transport/tokenClock.ts";

/** What judging needs of one attempt: its record without the bytes. */
export interface Observation {
  readonly item: number;
  readonly probe: number;
  readonly attempt: number;
  readonly failure: FailureClass | null;
  readonly detail: string | null;
  readonly answer: string | null;
  /** 0..10000 bps. */
  readonly grade: number;
  readonly inventions: readonly InventionKind[];
  readonly cleanup: number | null;
  /** Whether a lenient reader would have found the right answer; true whenever the grade is full. */
  readonly isLooselyRight: boolean;
  /** Microseconds since the run began: when it should go, when it went, when it was over. */
  readonly scheduled: number;
  readonly sent: number;
  readonly end: number;
  /** Microseconds that the evaluator let it go too late. */
  readonly late: number;
  /** Of a streamed reply that held text. */
  readonly tokenTimes: TokenTimes | null;
  /** 64 hex digits. */
  readonly recordHash: string;
}
