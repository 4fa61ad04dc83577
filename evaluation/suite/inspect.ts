import type { Classification } from "./classification.ts";
import { answerSchema, type Extraction, fieldNames } from "./extraction.ts";
import { arithmeticInstances, classificationInstances, extractionInstances, slotsInstances } from "./instances.ts";
import { overlapOf, segmentsOf } from "./overlap.ts";
import { type Pack, packHash } from "./pack.ts";
import { placesOf } from "./phrase.ts";
import type { Suite } from "./suite.ts";

/** What one grammar of a pack can ask. */
export interface GrammarSummary {
  readonly task: "classification" | "extraction" | "slots" | "arithmetic" | "cases";
  /** What it is about: labels, fields, slots or counters. */
  readonly names: readonly string[];
  /** Different probes it can draw; for arithmetic at least so many. */
  readonly instances: bigint;
}

export interface PackSummary {
  readonly name: string;
  readonly sha256: string;
  readonly weight: number;
  readonly isPrivate: boolean;
  readonly grammars: readonly GrammarSummary[];
}

/** Fewer instances than this can be collected and learnt by heart within some months of rounds. */
const fewInstances = 10_000n;

/** Pairs of phrasings that are compared at most. */
const maxComparisons = 200_000;

export function summarisePacks({ packs, carryOver }: Suite): PackSummary[] {
  return packs.map((pack) => ({
    name: pack.name,
    sha256: packHash(pack),
    weight: pack.weight ?? 1,
    isPrivate: pack.nonce !== undefined,
    grammars: grammarsOf(pack, carryOver.maxDepth),
  }));
}

/** What is allowed but probably not meant, one line each. */
export function warningsOf(suite: Suite): string[] {
  return suite.packs.flatMap((pack) => [
    ...grammarsOf(pack, suite.carryOver.maxDepth)
      .filter(({ instances }) => instances < fewInstances)
      .map(({ task, instances }) => `${pack.name}.${task}: ${fewness(task, instances)}`),
    ...(pack.classification ? classificationWarnings(pack.classification) : []).map(
      (line) => `${pack.name}.classification: ${line}`,
    ),
    ...(pack.extraction ? extractionWarnings(pack.extraction, suite.decoding.maxTokens) : []).map(
      (line) => `${pack.name}.extraction: ${line}`,
    ),
  ]);
}

function grammarsOf(
  { classification, extraction, slots, arithmetic, cases }: Pack,
  maxDepth: number,
): GrammarSummary[] {
  const found: GrammarSummary[] = [];
  if (classification) {
    const { labels } = classification;
    found.push({ task: "classification", names: labels, instances: classificationInstances(classification) });
  }
  if (extraction) {
    found.push({ task: "extraction", names: fieldNames(extraction), instances: extractionInstances(extraction) });
  }
  if (slots) found.push({ task: "slots", names: slots.slots, instances: slotsInstances(slots, maxDepth) });
  if (arithmetic) {
    const { counters } = arithmetic;
    found.push({ task: "arithmetic", names: counters, instances: arithmeticInstances(arithmetic, maxDepth) });
  }
  if (cases) found.push({ task: "cases", names: [], instances: BigInt(cases.length) });
  return found;
}

function fewness(task: GrammarSummary["task"], instances: bigint): string {
  if (task === "cases") return "fixed prompts, known by heart to everybody who read this file";
  return `only ${instances} instances; add phrasings or words`;
}

function classificationWarnings(task: Classification): string[] {
  const unused = task.labels.slice(0, -1).filter((label) => !task.intents[label]);
  return [
    ...unused.map((label) => `no intent has the label "${label}", so that it is never right`),
    ...ambiguousTexts(task),
    ...Object.entries(task.intents).flatMap(([intent, { train, heldOut }]) =>
      heldOut.filter((text) => train.includes(text)).map((text) => `"${text}" of ${intent} is held out and trained on`),
    ),
  ];
}

/** Texts that two intents can become, at most one a pair of phrasings. */
function ambiguousTexts({ intents, words }: Classification): string[] {
  const phrasings = Object.entries(intents).flatMap(([intent, { train, heldOut }]) =>
    [...train, ...heldOut].map((text) => ({ intent, segments: segmentsOf(text, words) })),
  );
  const lines: string[] = [];
  let comparisons = 0;
  for (const [index, one] of phrasings.entries()) {
    for (const other of phrasings.slice(index + 1)) {
      if (one.intent === other.intent) continue;
      if (comparisons++ >= maxComparisons) return [...lines, "too many phrasings to compare all of them"];
      const text = overlapOf(one.segments, other.segments);
      if (text !== null) lines.push(`"${text}" can mean ${one.intent} and ${other.intent}`);
    }
  }
  return lines;
}

function extractionWarnings(task: Extraction, maxTokens: number): string[] {
  const phrasings = [...task.phrasings.train, ...task.phrasings.heldOut];
  const named = new Set(phrasings.flatMap(placesOf));
  const never = fieldNames(task).filter((name) => !named.has(name));
  const longest = JSON.stringify(answerSchema(task).properties).length;
  return [
    ...never.map((name) => `no phrasing names {${name}}, so that it is always null`),
    // An answer is about half as long as its schema, and a token about three letters.
    ...(longest / 6 > maxTokens ? [`decoding.maxTokens ${maxTokens} may cut its answers off`] : []),
  ];
}
