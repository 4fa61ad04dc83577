import { z } from "zod";

/** How much of other evaluators' evidence a node replays, and where it has it from. */
export const auditConfigSchema = z.strictObject({
  evidenceFrom: z
    .array(z.string().min(1))
    .max(32)
    .default([])
    .describe(
      "Where other evaluators' evidence is had: http://node:42110/evidence, s3://bucket/prefix or a folder. evidenceStore is asked too; with neither nothing is replayed.",
    ),
  maxMegabytes: z.int().min(1).max(1_024).default(128).describe("Largest evidence of one report that is read."),
  maxSeconds: z
    .int()
    .min(1)
    .max(3_600)
    .default(120)
    .describe(
      "Seconds that reading one report's evidence from one place may take, from the question to the last byte.",
    ),
});

export type AuditConfig = z.infer<typeof auditConfigSchema>;
