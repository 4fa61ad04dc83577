import { extractedGrade, fullGrade } from "../grading/grade.ts";
import { agreement, isGoodput, isRight } from "../grading/gradeItem.ts";
import type { ItemVerdict } from "../grading/itemVerdicts.ts";
import type { Probe } from "../plan/probe.ts";
import { controlOf, turnsOf, unitsOf } from "../plan/unitsOf.ts";
import type { Observation } from "../run/observation.ts";
import { shortPercent } from "./figures.ts";
import type { Outcome } from "./transcript.ts";

/** Probes that are named one by one in a reason; the rest are counted. */
const namedProbes = 3;

/** Right means full marks; failed, that some first attempt brought nothing to grade; partly, that some reply was worth something. */
export function outcomeOf({ item, grade, isCounted, firsts }: ItemVerdict): Outcome {
  if (!isCounted) return "uncounted";
  if (grade === fullGrade) return "right";
  const graded = item.family === "C" ? turnsOf(firsts) : firsts;
  if (graded.some((first) => first === undefined || first.failure !== null)) return "failed";
  return graded.some((first) => first && first.grade > 0) ? "partly" : "wrong";
}

/**
 * Why an item has its grade, in one line.
 * @param serviceLevelMs after which an answer under load is of no use
 */
export function reasonOf(verdict: ItemVerdict, serviceLevelMs: number): string {
  const { item, isVoid, isCounted, unsent } = verdict;
  if (isVoid) return "counts for nothing: this evaluator's own canary failed at that time";
  if (!isCounted) return "counts for nothing: the run had stopped early, its outcome was clear";
  if (unsent === unitsOf(item).length) return "never sent: the run had given up on the endpoint";
  const parts = item.family === "R" ? [repeatReason(verdict)] : [];
  const graded = item.family === "C" ? turnsOf(item.probes) : item.probes;
  const wrong = counted(graded.flatMap((_, index) => probeReason(verdict, index, serviceLevelMs)));
  const more = wrong.length > namedProbes ? [`${wrong.length - namedProbes} more`] : [];
  const why = [...parts, ...wrong.slice(0, namedProbes), ...more].join("; ") || "right";
  return [why, ...controlWords(verdict)].join("; ");
}

/** The same words once, with how often they were said. */
function counted(reasons: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => (count === 1 ? reason : `${reason} (×${count})`));
}

function repeatReason({ firsts }: ItemVerdict): string {
  return `right ${firsts.filter(isRight).length} times of ${firsts.length}, agreement ${shortPercent(agreement(firsts))}`;
}

function probeReason({ item, firsts }: ItemVerdict, index: number, serviceLevelMs: number): string[] {
  const [probe, first] = [item.probes[index], firsts[index]];
  const late = item.family === "L" && isRight(first) && !isGoodput(first, serviceLevelMs);
  const what = late ? lateWords(first) : probe ? whatHappened(probe, first) : null;
  if (!probe || what === null) return [];
  if (item.probes.length === 1) return [what];
  return [`${item.family === "C" ? `turn ${index + 1}` : probe.stratum}: ${what}`];
}

/** What a conversation's control says beside its grade. */
function controlWords({ item, firsts }: ItemVerdict): string[] {
  const control = item.family === "C" ? controlOf(item.probes) : undefined;
  if (!control) return [];
  return [`in one message: ${whatHappened(control, controlOf(firsts)) ?? "right"}`];
}

function lateWords(first: Observation | undefined): string {
  return `right, but ${Math.ceil(((first?.end ?? 0) - (first?.scheduled ?? 0)) / 1000)} ms after it was due to be sent: too late`;
}

/** Null when there is nothing to say: right, or a turn that is not graded. */
function whatHappened(probe: Probe, first: Observation | undefined): string | null {
  if (!first) return "not sent";
  const { failure, detail, grade, answer, inventions } = first;
  if (failure !== null) return `failed at once (${detail === null ? failure : `${failure}, ${detail}`})`;
  if (grade === fullGrade || probe.grader === "turn") return null;
  const found = inventions.length > 0 ? ` (not asked for: ${inventions.join(", ")})` : "";
  if (grade === extractedGrade) return `right only after clean-up${found}`;
  if (answer === null) return `holds no answer that could be read${found}`;
  return `answered ${answer}, right is ${probe.truth}${found}`;
}
