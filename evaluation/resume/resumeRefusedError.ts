import { EvaluationError } from "../evaluationError.ts";

/** An unfinished run cannot be gone on with, or stands in the way of a new one: which, why, and what to do. */
export class ResumeRefusedError extends EvaluationError {}

/** The draft itself is why: whoever moves it away can begin anew. */
export class SpoiltDraftError extends ResumeRefusedError {
  readonly path: string;

  /** @param path The draft. @param why What is wrong with it. */
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`${path} ${why}`, options);
    this.path = path;
  }
}
