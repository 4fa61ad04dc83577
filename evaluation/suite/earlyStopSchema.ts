import { z } from "zod";

/** Families whose items the sequential test looks at: those of the main phase that grade answers. */
export const testedFamilies = ["R", "J", "C", "P", "E"] as const;
export type TestedFamily = (typeof testedFamilies)[number];

const hypotheses = z
  .strictObject({
    /** Share of items fully right of a model that need not be asked further, and of one that is not worth asking further (bps). */
    goodBps: z.int().min(1).max(9_999),
    badBps: z.int().min(1).max(9_999),
  })
  .refine(({ goodBps, badBps }) => badBps < goodBps, { message: "expected badBps below goodBps" });

/** Ends a run as soon as its outcome is clear. Opt-in by profile. */
export const earlyStopSchema = z.strictObject({
  profiles: z.array(z.enum(["quick", "lite", "standard", "deep"])).max(4),
  /** Chance of either error in each family (bps). */
  errorBps: z.int().min(1).max(2_000),
  /** Items of each family before the run may end. */
  minItems: z.int().min(1).max(2_000),
  /** The main phase is sent in so many blocks, each with its share of every family: only whole items tell anything. */
  blocks: z.int().min(1).max(64),
  families: z.strictObject({ R: hypotheses, J: hypotheses, C: hypotheses, P: hypotheses, E: hypotheses }),
});
