import { z } from "zod";

/** What the evaluator owes the schedule of a run. */
export const scheduleSchema = z.strictObject({
  /** Requests that leave later than this after their time (99th percentile) make the run invalid: the evaluator was too slow. */
  maxLatenessMs: z.int().min(1).max(600_000),
});
