import type { ItemVerdict } from "../grading/itemVerdicts.ts";
import type { Probe } from "../plan/probe.ts";
import type { AttemptReader, CheckedAttempt } from "../replay/recordReader.ts";
import { type ReplayedRun, replayRun } from "../replay/replayBlob.ts";
import type { Pack } from "../suite/pack.ts";
import { outcomeOf, reasonOf } from "./itemReason.ts";
import { Texts } from "./texts.ts";
import type { Transcript, TranscriptAttempt, TranscriptItem, TranscriptProbe } from "./transcript.ts";

/** Characters of prompts and replies in one report, as written: keeps the file below 10 MB, whatever an endpoint sends. */
const textBudget = 6 * 1_048_576;
/** Longest part of one reply that is kept while reading: bounds memory, not only the file. */
const longestReply = 16_384;

/** A run to report on: what was found and what was said. */
export interface ReadBlob extends ReplayedRun {
  readonly transcript: Transcript;
}

/**
 * Replays a blob and keeps what was asked and answered.
 * @param packs private packs that the suite commits to
 * @throws ReplayMismatch when the blob is not identical to what it must be
 */
export async function readTranscript(path: string, packs: readonly Pack[] = []): Promise<ReadBlob> {
  const texts = new Texts();
  const attempts = new Map<string, TranscriptAttempt[]>();
  const onAttempt: AttemptReader = (attempt) => {
    const { item, probe } = attempt.record;
    const key = keyOf(item, probe);
    attempts.set(key, [...(attempts.get(key) ?? []), attemptOf(attempt, texts)]);
  };
  const opened = await replayRun(path, packs, onAttempt);
  const { serviceLevelMs } = opened.identity.manifest;
  const items = opened.verdict.items.map((verdict) => ({
    ...describeItem(verdict, serviceLevelMs),
    probes: verdict.item.probes.map((probe, index) =>
      probeOf(probe, texts, attempts.get(keyOf(verdict.item.index, index)) ?? []),
    ),
  }));
  return { ...opened, transcript: { texts: texts.within(textBudget), items } };
}

function keyOf(item: number, probe: number): string {
  return `${item}/${probe}`;
}

function describeItem(verdict: ItemVerdict, serviceLevelMs: number): Omit<TranscriptItem, "probes"> {
  const { item, grade } = verdict;
  const { index, family } = item;
  return { index, family, outcome: outcomeOf(verdict), grade, reason: reasonOf(verdict, serviceLevelMs) };
}

function probeOf(probe: Probe, texts: Texts, attempts: readonly TranscriptAttempt[]): TranscriptProbe {
  const expected = probe.expected === "" ? null : texts.place(probe.expected);
  return { stratum: probe.stratum, prompt: texts.place(probe.prompt), expected, attempts };
}

function attemptOf({ record, observation, text, line }: CheckedAttempt, texts: Texts): TranscriptAttempt {
  const { detail, status, sent, end, body } = record;
  const { answer, grade, failure, inventions } = observation;
  // Of a failed attempt the body, as far as it is text.
  const said = text ?? Buffer.from(body, "base64").toString("utf8");
  const reply = texts.place(said.slice(0, longestReply));
  return { line, reply, answer, grade, failure, detail, status, inventions, took: end - sent };
}
