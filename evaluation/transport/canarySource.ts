/** Whose failure it was: the evaluator's own null server, or the page it reaches over the same uplink as the model. */
export const canarySources = ["loopback", "reference"] as const;
export type CanarySource = (typeof canarySources)[number];

export interface CanaryFailure {
  /** Microseconds since the run began. */
  readonly at: number;
  readonly source: CanarySource;
  readonly detail: string;
}
