import { EvaluationError } from "../evaluationError.ts";

/** The evidence is not what its seed and its replies demand: where, and why. */
export class ReplayMismatch extends EvaluationError {
  readonly where: string;
  readonly why: string;

  constructor(where: string, why: string) {
    super(`${where}: ${why}`);
    this.where = where;
    this.why = why;
  }
}
