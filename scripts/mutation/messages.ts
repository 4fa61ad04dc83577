import { z } from "zod";
import { compilerInputSchema } from "./compiler.ts";
import { mutantSchema } from "./Mutant.ts";
import { durationsSchema, outcomeSchema } from "./Verdict.ts";

/** What a worker starts with, in a file whose path is its argument. */
export const workerSetupSchema = z.object({
  root: z.string(),
  input: compilerInputSchema,
  closures: z.array(z.tuple([z.string(), z.array(z.string())])),
  twinCalls: z.string(),
});
export type WorkerSetup = z.infer<typeof workerSetupSchema>;

/** Without a mutant: run everything on the original and answer with durations. */
export const requestSchema = z.object({ mutant: mutantSchema, durations: durationsSchema }).partial();
export type Request = z.infer<typeof requestSchema>;

export const responseSchema = z.union([
  z.object({ outcome: outcomeSchema }),
  z.object({ durations: durationsSchema }),
  /** What broke the worker, in words. */
  z.object({ error: z.string() }),
]);
export type Response = z.infer<typeof responseSchema>;
