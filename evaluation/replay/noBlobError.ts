import { EvaluationError } from "../evaluationError.ts";

/** There is no blob, or no one blob, at the place somebody named: nothing that could be replayed. */
export class NoBlobError extends EvaluationError {}
