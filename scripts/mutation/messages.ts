import { z } from "zod";

/** What a child process starts with, in a file whose path is its argument. */
export const setupSchema = z.object({
  root: z.string(),
  runs: z.number(),
  twinCalls: z.string(),
  suites: z.array(
    z.object({ file: z.string(), name: z.string(), abi: z.string(), tests: z.array(z.string()), code: z.string() }),
  ),
  harness: z.string(),
});
export type Setup = z.infer<typeof setupSchema>;

/** Some questions of one suite, to one mutant. */
export const requestSchema = z.object({
  number: z.number(),
  suite: z.union([z.number(), z.literal("harness")]),
  names: z.array(z.string()),
});
export type Request = z.infer<typeof requestSchema>;

export const responseSchema = z.object({
  failed: z.object({ file: z.string(), test: z.string() }).optional(),
  /** What broke the child, in words. */
  error: z.string().optional(),
});
export type Response = z.infer<typeof responseSchema>;
