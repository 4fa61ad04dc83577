import { z } from "zod";

/** What became of a mutant. */
export const outcomeSchema = z.object({
  /**
   * `identical`: the compiler makes the same code of it, so nothing can tell it from the original. `invalid`: it does not compile.
   * `timeout`: the tests did not end; whoever runs them notices.
   */
  status: z.enum(["killed", "survived", "timeout", "identical", "invalid"]),
  /** The test file (or the harness) that noticed, and the test in it. */
  by: z.object({ file: z.string(), test: z.string() }).optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** Seconds of each test file on the original. */
export const durationsSchema = z.record(z.string(), z.number());
export type Durations = z.infer<typeof durationsSchema>;
