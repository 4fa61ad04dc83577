import { z } from "zod";
import { phrase, template } from "./phrase.ts";

/** Edges that every profile tests, each with the same number of items. */
export const edgeStrata = [
  "empty",
  "not-applicable",
  "injection",
  "two-requests",
  "look-alike",
  "zero-width",
  "near-limit",
] as const;
export type EdgeStratum = (typeof edgeStrata)[number];

/** What a request means at the edge of the task is fixed; these are the words it is said in. */
export const edgeSchema = z.strictObject({
  /** Requests that say nothing: white space only. */
  empties: z.array(z.string().max(40).regex(/^\s*$/, "expected white space or nothing")).min(1).max(16),
  /** What is slipped into the quoted request; `{canary}` is a word drawn by the seed that must not come back. */
  injections: z
    .array(template("canary").refine((text) => !text.includes(">>"), { message: 'holds ">>"' }))
    .min(1)
    .max(16),
  /** Between two requests of which the first counts. */
  joints: z.array(phrase(40)).min(1).max(16),
  nearLimit: z.strictObject({
    /** The line before the request that fills the context. */
    background: template("text"),
    /** Words it is filled with. */
    words: z.array(phrase(20)).min(2).max(32),
    /** Characters taken for one token of the manifest's context size: low, so that no honest tokeniser exceeds the context. */
    charactersPerToken: z.int().min(1).max(8),
    /** Characters a prompt is filled to at most, whatever the context holds. */
    maxCharacters: z.int().min(100).max(200_000),
  }),
});
