/** What one reply is worth: a pure function of the probe and the text, total on every string. */
export interface Grade {
  /** The answer read out of the reply; null when the reply holds none. */
  readonly answer: string | null;
  /** 0..10000 bps. */
  readonly grade: number;
}

export const fullGrade = 10_000;
/** Right only after the fixed extractor: what a downstream program would have had to clean up. */
export const extractedGrade = 2_500;

export const noAnswer: Grade = { answer: null, grade: 0 };
