import { stat } from "node:fs/promises";
import { EvaluationError } from "../evaluationError.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { isRight } from "../grading/gradeItem.ts";
import type { ItemVerdict } from "../grading/itemVerdicts.ts";
import type { AskedAgain, PreviousRun } from "../plan/previousRun.ts";
import type { Grader } from "../plan/probe.ts";
import { drawCandidates, type RegressionDraw } from "../plan/regressionItems.ts";
import type { Pack } from "../suite/pack.ts";
import { replay } from "./replay.ts";
import { replayRun } from "./replayBlob.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** The evidence of the version before cannot be used. */
export class PreviousRunError extends EvaluationError {}

/** Families whose first probe is a question of its own. What a conversation loses shows in C. */
const singleQuestions: readonly string[] = ["R", "J", "P", "E"];
/** Questions that fit the context of the version before may not fit this one's. */
const contextBound = "near-limit";
/** Graders that need more of the suite than a header carries along. */
const boundToRule: readonly Grader[] = ["regex", "assertions"];

/**
 * Replays the evidence of the version before, which must agree to the bit, and draws the questions that V asks again.
 * @param path a blob or its folder
 * @param opened private packs that its suite commits to
 * @throws PreviousRunError
 */
export async function readPreviousRun(
  path: string,
  { seed, count }: RegressionDraw,
  opened: readonly Pack[] = [],
): Promise<PreviousRun> {
  const { evaluation, verdict } = await replayPrevious(path, opened);
  const candidates = candidatesOf(verdict.items);
  if (candidates.length === 0)
    throw new PreviousRunError(`${path}: holds no question that can be asked again; leave --previous out`);
  const asked = drawCandidates({ seed, count }, candidates.length).flatMap((candidate): AskedAgain[] => {
    const question = candidates[candidate];
    return question ? [{ candidate, ...question }] : [];
  });
  const { evidenceHash, manifestDigest } = evaluation;
  return { evidenceHash, manifestDigest, candidates: candidates.length, asked };
}

/**
 * Holds the questions that a blob says it asked again against the evidence it names.
 * @throws ReplayMismatch, PreviousRunError
 */
export async function checkPreviousRun(
  path: string,
  previousPath: string,
  opened: readonly Pack[] = [],
): Promise<void> {
  const { identity } = await replayRun(path, opened);
  const { previous, seed, suite, profile } = identity;
  const where = "line 1, field previous";
  if (!previous) throw new ReplayMismatch(where, "is null: this run asked nothing again; leave --previous out");
  const { regression: count } = suite.profiles[profile];
  const demanded = await readPreviousRun(previousPath, { seed, count }, opened);
  if (canonicalJson(demanded) === canonicalJson(previous)) return;
  const first = demanded.asked.findIndex(
    (question, nth) => canonicalJson(question) !== canonicalJson(previous.asked[nth] ?? null),
  );
  const field = first < 0 ? where : `${where}.asked.${first}`;
  throw new ReplayMismatch(field, `differs from what the seed demands of ${demanded.evidenceHash}`);
}

async function replayPrevious(path: string, opened: readonly Pack[]) {
  try {
    const isFolder = (await stat(path)).isDirectory();
    if (!isFolder) return await replayRun(path, opened);
  } catch (cause) {
    if (cause instanceof ReplayMismatch) throw new PreviousRunError(`${path}: ${cause.message}`, { cause });
    throw new PreviousRunError(`${path}: does not exist; give the evidence of the version before`, { cause });
  }
  const replayed = await replay(path, opened);
  if (!replayed.ok) throw new PreviousRunError(`${path}: ${replayed.where}: ${replayed.why}`);
  return replayRun(replayed.evaluation.path, opened);
}

/** Each question once, in plan order: what a repeat and a perturbation share is asked once. */
function candidatesOf(items: readonly ItemVerdict[]): Omit<AskedAgain, "candidate">[] {
  const known = new Set<string>();
  return items.flatMap(({ item, firsts, isCounted }) => {
    const [probe] = item.probes;
    const [first] = firsts;
    if (!probe || !first || !isCounted || !singleQuestions.includes(item.family)) return [];
    if (probe.stratum === contextBound || boundToRule.includes(probe.grader) || known.has(probe.prompt)) return [];
    known.add(probe.prompt);
    const { prompt, salt, grader, truth, expected } = probe;
    return [{ item: item.index, probe: 0, passed: isRight(first), prompt, salt, grader, truth, expected }];
  });
}
