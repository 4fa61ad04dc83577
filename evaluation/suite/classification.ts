import { z } from "zod";
import { fitsPattern, patternSchema } from "./pattern.ts";
import {
  label,
  phrase,
  phrasingsSchema,
  problemWithPlaces,
  requestTemplate,
  shareBps,
  template,
  wordsSchema,
} from "./phrase.ts";

/** Requests, each of which has one right label: families R, J, P and E. */
export const classificationSchema = z
  .strictObject({
    /** Order of the list in the prompt; the last one stands for "nothing applies". */
    labels: z.array(label).min(2).max(64),
    /** Share of requests phrased in a way that no training set was given (bps). */
    heldOutShareBps: shareBps,
    intents: z.record(label, phrasingsSchema),
    words: wordsSchema,
    /** Requests that none of the labels but the last fits. */
    notApplicable: z.array(phrase(200)).min(1).max(64),
    prompts: z.strictObject({
      choose: template("labels"),
      /** Asks for the reply `LABEL: <label>`. */
      answer: phrase(400),
      request: requestTemplate,
      /** Answer contracts of family J, which take turns. */
      formats: z.strictObject({
        /** Asks for `{"label":"<label>"}`. */
        json: phrase(400),
        /** Asks for `LABEL: <label>`. */
        line: phrase(400),
        /** Asks for `<label>,<first word of the request in lower case>`. */
        csv: phrase(400),
        /** Asks for `label is <label>`. */
        words: phrase(400),
        /** Asks for a reply that fits `pattern` from end to end, with the right label put into {label}. */
        regex: z
          .strictObject({ ask: phrase(400), pattern: template("label"), reply: template("label") })
          .superRefine(checkReply)
          .optional(),
      }),
    }),
  })
  .superRefine((classification, context) => {
    const { intents, labels, words } = classification;
    const report = (path: readonly string[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    if (Object.keys(intents).length === 0) report(["intents"], "holds no intent");
    for (const [intent, phrasings] of Object.entries(intents)) {
      if (!labels.includes(intent)) report(["intents", intent], "is not among the labels");
      const problem = problemWithPlaces(phrasings, Object.keys(words));
      if (problem !== null) report(["intents", intent], problem);
    }
    const twice = labels.find((name, index) => labels.indexOf(name) !== index);
    if (twice !== undefined) report(["labels"], `"${twice}" stands there twice`);
  });

export type Classification = z.infer<typeof classificationSchema>;

/** The contract's own example must keep it. */
function checkReply({ pattern, reply }: { pattern: string; reply: string }, context: z.RefinementCtx): void {
  const [filled, example] = [pattern.replaceAll("{label}", "none"), reply.replaceAll("{label}", "none")];
  const parsed = patternSchema.safeParse(filled);
  const problem = parsed.success ? misfit(filled, example) : parsed.error.issues[0]?.message;
  if (problem) context.addIssue({ code: "custom", path: ["pattern"], message: problem });
}

function misfit(pattern: string, example: string): string | null {
  return fitsPattern(pattern, example) ? null : "does not fit the reply that stands beside it";
}
