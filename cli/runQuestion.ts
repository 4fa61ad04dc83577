import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Hex } from "../domain/hex.ts";
import type { EvaluateOptions } from "../evaluation/evaluate.ts";
import { canonicalJson } from "../evaluation/evidence/canonicalJson.ts";
import type { Manifest } from "../evaluation/manifest/manifest.ts";
import { readPreviousRun } from "../evaluation/replay/readPreviousRun.ts";
import { ResumeRefusedError } from "../evaluation/resume/resumeRefusedError.ts";
import { findUnfinished } from "../evaluation/resume/unfinishedRun.ts";
import type { Pack } from "../evaluation/suite/pack.ts";
import { loadSuite, type Profile, type Suite } from "../evaluation/suite/suite.ts";
import { UsageError } from "./exitCode.ts";
import { loadPacks } from "./packOption.ts";

/** What a run asks, and where its evidence goes. */
export type RunQuestion = Pick<
  EvaluateOptions,
  "suite" | "profile" | "seed" | "context" | "outDir" | "previous" | "referenceUrl" | "resume"
>;

export interface QuestionFlags {
  /** Undefined when the command line does not say. */
  readonly profile?: Profile;
  readonly suite?: string;
  readonly pack: readonly string[];
  readonly seed?: Hex;
  readonly out?: string;
  readonly previous?: string;
  readonly referenceUrl?: string;
  readonly resume?: string;
}

/** A new run, or with `resume` the one that was interrupted. @throws UsageError, ResumeRefusedError, SuiteError, PreviousRunError */
export async function runQuestion(flags: QuestionFlags, manifest: Manifest, now: Date): Promise<RunQuestion> {
  return flags.resume === undefined ? newQuestion(flags, now) : unfinishedQuestion(flags, flags.resume, manifest);
}

async function newQuestion(flags: QuestionFlags, now: Date): Promise<RunQuestion> {
  const { profile = "standard", referenceUrl } = flags;
  const seed: Hex = flags.seed ?? `0x${randomBytes(32).toString("hex")}`;
  const packs = await loadPacks(flags.pack);
  const suite = await loadSuite(flags.suite, packs);
  const previous = await readPrevious(flags, { suite, profile, seed, packs });
  const startedAt = now.toISOString();
  const outDir = flags.out ?? join(".assay", "evaluations", startedAt.replace(/[:.]/g, "-"));
  return { suite, profile, seed, previous, referenceUrl, context: { startedAt }, outDir };
}

async function unfinishedQuestion(flags: QuestionFlags, place: string, manifest: Manifest): Promise<RunQuestion> {
  const own = { seed: flags.seed, suite: flags.suite, profile: flags.profile, out: flags.out } as const;
  const others = { previous: flags.previous, "reference-url": flags.referenceUrl } as const;
  const given = Object.entries({ ...own, ...others }).find(([, value]) => value !== undefined);
  if (given) throw new UsageError(`--${given[0]} does not go with --resume: the run that is resumed has its own`);
  const { identity, referenceUrl, folder, path } = await findUnfinished(place, await loadPacks(flags.pack));
  const { manifest: asked, ...question } = identity;
  const changed = changedField(asked, manifest);
  if (changed !== null)
    throw new ResumeRefusedError(
      `${path} asked a model whose manifest differs in "${changed}"; give the same manifest, or start a new run`,
    );
  return { ...question, referenceUrl: referenceUrl ?? undefined, outDir: folder, resume: true };
}

/** The first field in which two manifests differ. */
function changedField(before: Manifest, now: Manifest): string | null {
  const fields = (manifest: Manifest) => new Map<string, unknown>(Object.entries(manifest));
  const [old, current] = [fields(before), fields(now)];
  const isSame = (name: string) => canonicalJson(old.get(name) ?? null) === canonicalJson(current.get(name) ?? null);
  return [...new Set([...old.keys(), ...current.keys()])].find((name) => !isSame(name)) ?? null;
}

/** @throws UsageError */
export function readSeed(seed: string): Hex {
  const digits = seed.toLowerCase().replace(/^0x/, "");
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new UsageError(`--seed ${seed}: expected 32 bytes as 64 hex digits`);
  return `0x${digits}`;
}

interface Asked {
  readonly suite: Suite;
  readonly profile: Profile;
  readonly seed: Hex;
  readonly packs: readonly Pack[];
}

async function readPrevious({ previous }: QuestionFlags, { suite, profile, seed, packs }: Asked) {
  if (previous === undefined) return undefined;
  const { regression: count } = suite.profiles[profile];
  if (count === 0) throw new UsageError(`--previous: the suite asks nothing again in the ${profile} profile`);
  return readPreviousRun(previous, { seed, count }, packs);
}
