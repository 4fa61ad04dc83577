import { EvaluationError } from "../evaluationError.ts";

/** An unfinished run cannot be gone on with, or stands in the way of a new one: which, why, and what to do. */
export class ResumeRefusedError extends EvaluationError {}
