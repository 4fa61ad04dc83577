/** A thing to ask a mutant: one test, or one recorded call of the differential tests. */
export interface Question {
  /** The suite's place in the build, or the harness. */
  readonly suite: number | "harness";
  /** The test's name, or the call's place among the recorded ones. */
  readonly name: string;
  /** On the original. */
  readonly milliseconds: number;
  /** Sites that the original comes by when it is asked. */
  readonly sites: ReadonlySet<number>;
}
