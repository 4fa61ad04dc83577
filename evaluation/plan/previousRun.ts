import { z } from "zod";
import { graders } from "./probe.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 0x and 64 hex digits");

/** A question of the version before that is asked again, with what became of it then. */
export const askedAgainSchema = z.strictObject({
  /** Its place among the candidates, and where it stands in the evidence before. */
  candidate: z.int().min(0),
  item: z.int().min(0),
  probe: z.int().min(0),
  /** Whether the version before answered it exactly right at the first attempt. */
  passed: z.boolean(),
  prompt: z.string(),
  /** The canary of an injection. */
  salt: z.string().nullable(),
  grader: z.enum(graders),
  truth: z.string(),
  expected: z.string(),
});

/** The run of the version before, as far as V needs it. Part of the header: a replay needs no second file. */
export const previousRunSchema = z.strictObject({
  evidenceHash: hash,
  manifestDigest: hash,
  /** Questions that could have been drawn. */
  candidates: z.int().min(1).max(100_000),
  asked: z.array(askedAgainSchema).min(1).max(2_000),
});

export type AskedAgain = z.infer<typeof askedAgainSchema>;
export type PreviousRun = z.infer<typeof previousRunSchema>;
