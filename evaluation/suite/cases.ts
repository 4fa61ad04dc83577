import { z } from "zod";
import { patternSchema } from "./pattern.ts";
import { schemaSchema } from "./schemaSchema.ts";

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed(), { message: "holds a lone surrogate" });
const needle = text(2000).min(1);
const needles = z.array(needle).min(1).max(64);

/** Longest expected text that edits are counted to: bounds the cost of the distance. */
const maxComparedLength = 2000;

const negation = { not: z.literal(true).optional() };

/** What a reply must be. All of them decide from the reply and its time alone. With `not` the opposite must hold. */
export const assertionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("equals"), ...negation, value: text(16_384) }),
  /** The reply is JSON that says the same as this canonical JSON, whatever the order of its members. */
  z.strictObject({ type: z.literal("equals-json"), ...negation, value: text(16_384) }),
  z.strictObject({ type: z.literal("contains"), ...negation, value: needle }),
  z.strictObject({ type: z.literal("icontains"), ...negation, value: needle }),
  z.strictObject({ type: z.literal("contains-all"), ...negation, values: needles }),
  z.strictObject({ type: z.literal("icontains-all"), ...negation, values: needles }),
  z.strictObject({ type: z.literal("contains-any"), ...negation, values: needles }),
  z.strictObject({ type: z.literal("icontains-any"), ...negation, values: needles }),
  z.strictObject({ type: z.literal("regex"), ...negation, pattern: patternSchema }),
  z.strictObject({ type: z.literal("starts-with"), ...negation, value: needle }),
  z.strictObject({ type: z.literal("is-json"), ...negation, schema: schemaSchema.optional() }),
  z.strictObject({
    type: z.literal("word-count"),
    ...negation,
    min: z.int().min(0).max(100_000).optional(),
    max: z.int().min(0).max(100_000).optional(),
  }),
  z.strictObject({
    type: z.literal("levenshtein"),
    value: text(maxComparedLength),
    /** Insertions, deletions and replacements of UTF-16 units at most. */
    max: z.int().min(0).max(maxComparedLength),
  }),
  z.strictObject({
    type: z.literal("latency"),
    ...negation,
    /** From sending to the last byte. */
    maxMs: z.int().min(1).max(600_000),
  }),
]);
export type Assertion = z.infer<typeof assertionSchema>;

const caseSchema = z
  .strictObject({
    prompt: text(32_768).min(1),
    /** What a user said, as it stands in the prompt: family P changes it. Without it P does not ask this case. */
    request: text(4_096).min(1).optional(),
    /** All must hold. */
    assert: z.array(assertionSchema).min(1).max(32),
  })
  .refine(({ prompt, request }) => request === undefined || prompt.split(request).length === 2, {
    path: ["request"],
    message: "does not stand in the prompt exactly once",
  });
export type Case = z.infer<typeof caseSchema>;

/** Fixed prompts with assertions about the reply: families R, J and P. Finite, and so known to everybody who read the file. */
export const casesSchema = z
  .tuple([caseSchema], caseSchema)
  .refine((cases) => cases.length <= 2000, { message: "holds over 2000 cases" });
export type Cases = z.infer<typeof casesSchema>;
