import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Hex } from "../../domain/hex.ts";
import { JsonDocument } from "../document/jsonDocument.ts";
import { readText } from "../document/readText.ts";
import { EvaluationError } from "../evaluationError.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { sha256 } from "../evidence/sha256.ts";
import { saltSchema } from "./conversations.ts";
import { earlyStopSchema } from "./earlyStopSchema.ts";
import { edgeSchema } from "./edgeSchema.ts";
import { type Commitment, commitmentSchema, commitmentTo, type Pack, packFileSchema, packSchema } from "./pack.ts";
import { phrase, template } from "./phrase.ts";
import { scheduleSchema } from "./scheduleSchema.ts";

/** The suite file is not one: names file, line, field and remedy in one line. */
export class SuiteError extends EvaluationError {}

export const profiles = ["quick", "lite", "standard", "deep"] as const;
export type Profile = (typeof profiles)[number];

export const formatKinds = ["json", "schema", "regex", "line", "csv", "words", "assertions"] as const;
export type FormatKind = (typeof formatKinds)[number];

export const perturbationKinds = ["typo", "case", "spacing", "filler", "punctuation"] as const;
export type PerturbationKind = (typeof perturbationKinds)[number];

const count = z.int().min(1).max(2000);
const countOrNone = z.int().min(0).max(2000);
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

const suiteSchema = z.strictObject({
  name: z.string().min(1).max(64),
  version: z.int().min(1),
  /** What the probes are drawn from. Items go round the packs, by weight. */
  packs: z.array(z.unknown()).min(1).max(16),
  /** The inert line that makes a repeated request new to every cache. */
  salt: saltSchema,
  carryOver: z.strictObject({
    maxDepth: z.int().min(1).max(6),
    /** Wraps the turns of a conversation, one a line, into the one message of its control. */
    control: template("turns"),
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
});

type SuiteFile = z.infer<typeof suiteSchema>;

/** A suite with all its packs at hand. */
export type Suite = Omit<SuiteFile, "packs"> & { readonly packs: readonly Pack[] };

/** A suite as everybody may see it. */
export type PublicSuite = Omit<SuiteFile, "packs"> & { readonly packs: readonly (Pack | Commitment)[] };

/** What a suite file says of a pack: the pack, a file of its own, or the hash of a private one. */
type PackEntry = Pack | PackFile | Commitment;
type PackFile = z.infer<typeof packFileSchema>;
export type Counts = z.infer<typeof countsSchema>;

const standardSuite = new URL("../suites/standard.json", import.meta.url);

/** Largest suite or pack file accepted, in bytes. */
const maxFileBytes = 4_194_304;

/**
 * A suite out of a value, such as evidence holds.
 * @param opened private packs that the suite may commit to
 * @throws SuiteError
 */
export function parseSuite(value: unknown, file = "suite", opened: readonly Pack[] = []): Suite {
  const document = JsonDocument.of(value, file);
  const { suite, entries } = checkSuite(document);
  const packs = entries.map((entry, index) => {
    if (!("file" in entry)) return openedPack(entry, document.at(["packs", index]), opened);
    throw new SuiteError(`${file}: field "packs.${index}.file" names a file; only a suite file can`);
  });
  return complete({ ...suite, packs }, document);
}

/**
 * Reads a suite file and the pack files it names; without a path the standard suite that ships with the project.
 * @param opened private packs that the suite may commit to
 * @throws SuiteError
 */
export async function loadSuite(file?: string, opened: readonly Pack[] = []): Promise<Suite> {
  const name = file ?? "evaluation/suites/standard.json";
  const path = file ?? fileURLToPath(standardSuite);
  const document = await readDocument(path, name, "suite");
  const { suite, entries } = checkSuite(document);
  const packs: Pack[] = [];
  for (const [index, entry] of entries.entries()) {
    const where = document.at(["packs", index, "sha256"]);
    packs.push("file" in entry ? await readPackFile(entry, where, dirname(path)) : openedPack(entry, where, opened));
  }
  return complete({ ...suite, packs }, document);
}

/**
 * Reads a pack file of its own.
 * @throws SuiteError
 */
export async function loadPack(file: string): Promise<Pack> {
  return (await readDocument(file, file, "pack")).check(packSchema, SuiteError);
}

/** Content hash of a suite: SHA-256 of its canonical JSON, each pack replaced by its name and hash. */
export function suiteHash(suite: Suite): Hex {
  return `0x${sha256(canonicalJson({ ...suite, packs: suite.packs.map(commitmentTo) }))}`;
}

/** The suite as everybody may see it: private packs are only named, with their hash. */
export function publicSuite(suite: Suite): PublicSuite {
  return { ...suite, packs: suite.packs.map((pack) => (pack.nonce === undefined ? pack : commitmentTo(pack))) };
}

/** Labels that some classification of the suite asks for. */
export function labelsOf({ packs }: Suite): string[] {
  return [...new Set(packs.flatMap(({ classification }) => classification?.labels ?? []))];
}

/** Packs are told apart by their members, and each is checked by its own schema: a union would blame the wrong one. */
function checkSuite(document: JsonDocument): { readonly suite: SuiteFile; readonly entries: readonly PackEntry[] } {
  const suite = document.check(suiteSchema, SuiteError);
  const entries = suite.packs.map((entry, index): PackEntry => {
    const path = ["packs", index];
    if (typeof entry === "object" && entry !== null && "file" in entry) {
      return document.check(packFileSchema, SuiteError, path);
    }
    if (typeof entry === "object" && entry !== null && "sha256" in entry) {
      return document.check(commitmentSchema, SuiteError, path);
    }
    return document.check(packSchema, SuiteError, path);
  });
  return { suite, entries };
}

async function readDocument(source: string, name: string, sort: "suite" | "pack"): Promise<JsonDocument> {
  const text = await readText({ path: source, name, sort, maxBytes: maxFileBytes }, SuiteError);
  return JsonDocument.parse(text, name, SuiteError);
}

async function readPackFile(entry: PackFile, where: string, folder: string): Promise<Pack> {
  const pack = await loadPack(join(folder, entry.file));
  const { sha256: found } = commitmentTo(pack);
  if (found === entry.sha256) return pack;
  throw new SuiteError(
    `${where}: ${entry.file} has hash ${found}, the suite names ${entry.sha256}; correct one of them`,
  );
}

function openedPack(entry: Pack | Commitment, where: string, opened: readonly Pack[]): Pack {
  if (!("sha256" in entry)) return entry;
  const pack = opened.find((candidate) => commitmentTo(candidate).sha256 === entry.sha256);
  if (pack) return pack;
  throw new SuiteError(
    `${where}: pack "${entry.name}" is private (${entry.sha256}); name its opened file with --pack, or under packs of a node's configuration`,
  );
}

/** What no single pack can be checked for. */
function complete(suite: Suite, document: JsonDocument): Suite {
  const names = suite.packs.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice < 0) return suite;
  throw new SuiteError(`${document.at(["packs", twice])}: a second pack "${names[twice]}"; give it another name`);
}
