/** Base of every error this room throws on purpose: its message is one line that a person can act on. */
export class EvaluationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
