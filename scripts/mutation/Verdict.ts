import { z } from "zod";

/** What became of a mutant. */
export const outcomeSchema = z.object({
  /** `invalid`: it does not compile. */
  status: z.enum(["killed", "survived", "invalid"]),
  /** The test file (or the harness) that noticed, and the test in it. */
  by: z.object({ file: z.string(), test: z.string() }).optional(),
  /** Set where no test comes by. */
  unreached: z.literal(true).optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;
