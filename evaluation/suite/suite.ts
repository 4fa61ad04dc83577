import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Hex } from "../../domain/hex.ts";
import { EvaluationError } from "../evaluationError.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { sha256 } from "../evidence/sha256.ts";
import { describeIssue } from "./describeIssue.ts";
import { earlyStopSchema } from "./earlyStopSchema.ts";
import { edgeSchema } from "./edgeSchema.ts";
import { phrase, template } from "./phrase.ts";
import { scheduleSchema } from "./scheduleSchema.ts";

/** The suite file is not one: names file, field and remedy in one line. */
export class SuiteError extends EvaluationError {}

export const profiles = ["quick", "lite", "standard", "deep"] as const;
export type Profile = (typeof profiles)[number];

export const formatKinds = ["json", "line", "csv", "words"] as const;
export type FormatKind = (typeof formatKinds)[number];

export const perturbationKinds = ["typo", "case", "spacing", "filler", "punctuation"] as const;
export type PerturbationKind = (typeof perturbationKinds)[number];

const count = z.int().min(1).max(2000);
const countOrNone = z.int().min(0).max(2000);
const weight = z.int().min(0).max(1000);
const label = z.string().regex(/^[a-z]{1,32}$/, "expected a label of 1 to 32 letters a-z");
const phrasings = z.array(phrase(200)).min(1).max(64);
const milliseconds = z.int().min(1).max(600_000);

const countsSchema = z.strictObject({
  /** Items; each is asked five times. */
  repeat: count,
  /** Items; one request each. */
  format: count,
  /** Conversations per depth 1..maxDepth. */
  carryOverPerDepth: count,
  /** Items; a base prompt and one variant per kind. */
  perturbation: count,
  /** Items of each edge; one request each. */
  edgePerStratum: countOrNone,
  /** Whether prompts near the context limit are among the edges. */
  edgeNearLimit: z.boolean(),
  /** Items; each is three requests, one at each load. */
  load: countOrNone,
  /** Questions of the version before that are asked again, where there is evidence of one. */
  regression: countOrNone,
});

const grammarSchema = z.strictObject({
  /** Share of requests phrased in a way that no training set was given (bps). */
  heldOutShareBps: z.int().min(0).max(10_000),
  intents: z.record(label, z.strictObject({ train: phrasings, heldOut: phrasings })),
  /** Words for each one-letter place in a phrasing. */
  slots: z.record(z.string().regex(/^[a-z]$/), z.array(phrase(40)).min(1).max(64)),
});

const suiteSchema = z
  .strictObject({
    name: z.string().min(1).max(64),
    version: z.int().min(1),
    /** Order of the list in the prompt; the last one stands for "nothing applies". */
    labels: z.array(label).min(2).max(64),
    grammar: grammarSchema,
    prompts: z.strictObject({
      choose: template("labels"),
      answer: phrase(400),
      salt: template("salt"),
      request: template("text").refine((text) => text.endsWith("<<{text}>>"), { message: 'expected "…<<{text}>>"' }),
      formats: z.strictObject({ json: phrase(400), line: phrase(400), csv: phrase(400), words: phrase(400) }),
      set: template("a", "value"),
      copy: template("a", "b"),
      clear: template("a"),
      swap: template("a", "b"),
      ask: template("a"),
    }),
    carryOver: z.strictObject({
      slots: z
        .array(z.string().regex(/^[a-z]$/))
        .min(2)
        .max(26),
      /** Slot values are 0..values−1. */
      values: z.int().min(2).max(1000),
      maxDepth: z.int().min(1).max(6),
      /** How often each operation comes, as weights. The first turn always sets. */
      operations: z.strictObject({ set: weight, copy: weight, clear: weight, swap: weight }),
    }),
    perturbation: z.strictObject({
      kinds: z.array(z.enum(perturbationKinds)).length(5),
      fillers: z
        .array(z.strictObject({ before: phrase(100), after: phrase(100) }))
        .min(1)
        .max(32),
    }),
    edge: edgeSchema,
    schedule: scheduleSchema,
    earlyStop: earlyStopSchema,
    profiles: z.strictObject({ quick: countsSchema, lite: countsSchema, standard: countsSchema, deep: countsSchema }),
    decoding: z.strictObject({ temperature: z.literal(0), maxTokens: z.int().min(1).max(4096) }),
    transport: z.strictObject({
      connectTimeoutMs: milliseconds,
      /** From sending to the last byte. */
      requestTimeoutMs: milliseconds,
      /** Waits before the further attempts that classify a failure; at most two. */
      retryDelaysMs: z.array(z.int().min(0).max(60_000)).max(2),
      maxBodyBytes: z.int().min(1024).max(1_048_576),
      /** Caps the concurrency a manifest declares. */
      maxConcurrency: z.int().min(1).max(256),
      /** After so many probes in a row that never succeeded, what is left of the plan counts as failed unsent. */
      abandonAfter: z.int().min(1).max(1000),
    }),
    canary: z.strictObject({
      intervalMs: milliseconds,
      timeoutMs: milliseconds,
      /** A failure this close to a failure of the canary is void. */
      windowMs: milliseconds,
      /** More voids than this share of the attempts make the run invalid (bps). */
      maxVoidBps: z.int().min(0).max(10_000),
    }),
  })
  .superRefine(checkGrammar);

export type Suite = z.infer<typeof suiteSchema>;
export type Counts = z.infer<typeof countsSchema>;

const standardSuite = new URL("../suites/standard.json", import.meta.url);

/** @throws SuiteError */
export function parseSuite(value: unknown, file = "suite"): Suite {
  const parsed = suiteSchema.safeParse(value);
  if (!parsed.success) throw new SuiteError(describeIssue(parsed.error, file));
  return parsed.data;
}

/**
 * Reads a suite file; without a path the standard suite that ships with the project.
 * @throws SuiteError
 */
export async function loadSuite(file?: string): Promise<Suite> {
  const name = file ?? "evaluation/suites/standard.json";
  const text = await readFile(file ?? standardSuite, "utf8").catch((cause: unknown) => {
    throw new SuiteError(`${name}: cannot be read; check the path of the suite`, { cause });
  });
  try {
    return parseSuite(JSON.parse(text), name);
  } catch (cause) {
    if (cause instanceof SuiteError) throw cause;
    throw new SuiteError(`${name}: is not JSON (${String(cause).slice(0, 100)}); correct the file`, { cause });
  }
}

/** Content hash of a suite: SHA-256 of its canonical JSON. */
export function suiteHash(suite: Suite): Hex {
  return `0x${sha256(canonicalJson(suite))}`;
}

/** Places in one phrasing: keeps every choice of a probe item within one 256-bit draw. */
const maxPlaces = 8;

interface GrammarCheck {
  readonly labels: readonly string[];
  readonly grammar: z.infer<typeof grammarSchema>;
}

/** Every intent is a label, every place of a phrasing has words. */
function checkGrammar({ labels, grammar }: GrammarCheck, context: z.RefinementCtx): void {
  const intents = Object.entries(grammar.intents);
  if (intents.length === 0) report(context, ["grammar", "intents"], "expected at least one intent");
  for (const [intent, { train, heldOut }] of intents) {
    if (!labels.includes(intent)) report(context, ["grammar", "intents", intent], "is not among the labels");
    for (const text of [...train, ...heldOut]) {
      const places = [...text.matchAll(/\{(\w+)\}/g)].map(([, place]) => place ?? "");
      const missing = places.find((place) => !Object.hasOwn(grammar.slots, place));
      if (missing) report(context, ["grammar", "intents", intent], `uses {${missing}}, for which slots has no words`);
      if (places.length > maxPlaces)
        report(context, ["grammar", "intents", intent], `has a phrasing with over ${maxPlaces} places`);
    }
  }
}

function report(context: z.RefinementCtx, path: string[], message: string): void {
  context.addIssue({ code: "custom", path, message });
}
