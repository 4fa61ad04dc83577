/** What each reason is answered with. 425 and 429 are for later, 503 too; after the others it makes no sense to ask again. */
const statusOf = {
  malformed: 400,
  tooLarge: 413,
  notUnderWay: 422,
  early: 425,
  noSeat: 403,
  wrongSignature: 403,
  full: 403,
  conflict: 409,
  evaluatorTooOften: 429,
  addressTooOften: 429,
  chain: 503,
} as const;

/** Why a board refuses a request, in one word: what its metrics count by. */
export type RefusalReason = keyof typeof statusOf;
export const refusalReasons: readonly string[] = Object.keys(statusOf);

/** A refusal: why, and one line that says what is wrong and what to do. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly reason: RefusalReason;
  /** Whole seconds after which the same may be asked again. */
  readonly retryAfter: number | undefined;

  constructor(reason: RefusalReason, message: string, retryAfter?: number) {
    super(message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  get status() {
    return statusOf[this.reason];
  }
}
