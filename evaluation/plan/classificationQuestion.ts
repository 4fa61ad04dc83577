import type { Classification } from "../suite/classification.ts";
import type { FormatKind } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";
import { fillTemplate, joinLines } from "./fillTemplate.ts";
import type { Probe } from "./probe.ts";
import type { Question } from "./question.ts";

/** A drawn request and the label that is right for it. */
export interface DrawnRequest {
  readonly text: string;
  readonly label: string;
}

type Contract = Exclude<FormatKind, "schema" | "assertions">;

export function classificationQuestion(task: Classification, dice: Dice): Question {
  const drawn = drawRequest(task, dice);
  const contracts = contractsOf(task);
  return {
    text: drawn.text,
    keep: [],
    plain: (text, stratum, salt) =>
      labelProbe(task, { text, label: drawn.label, stratum, salt: salt?.salt ?? null, line: salt?.line }),
    format(turn) {
      const kind = contracts[turn % contracts.length] ?? "line";
      const prompt = joinLines(choose(task), instruction(task, kind), wrapped(task, drawn.text));
      const expected = replyUnder(kind, task, drawn);
      return { ...probeOf(task, drawn, kind), prompt, stratum: kind, salt: null, grader: kind, expected };
    },
  };
}

/** A request to classify, and what the probe says about itself. */
export interface LabelQuestion extends DrawnRequest {
  readonly stratum: string;
  /** The word drawn into the prompt, if there is one. */
  readonly salt: string | null;
  /** A line between instructions and request. */
  readonly line?: string | undefined;
}

export function labelProbe(task: Classification, question: LabelQuestion): Probe {
  const { text, label, stratum, salt, line } = question;
  const prompt = joinLines(choose(task), task.prompts.answer, line, wrapped(task, text));
  return { ...probeOf(task, question), prompt, stratum, salt, grader: "label", expected: `LABEL: ${label}` };
}

/**
 * Draws one request: intent, phrasing (held out or not), words.
 * @param except a label that the request must not have, if the grammar has another
 */
export function drawRequest(task: Classification, dice: Dice, except?: string): DrawnRequest {
  const { labels, intents, words, heldOutShareBps } = task;
  // In the order of the labels: members of a JSON object have no order, and canonical JSON sorts them.
  const known = labels.flatMap((label) => (intents[label] ? [{ label, ...intents[label] }] : []));
  const others = known.filter(({ label }) => label !== except);
  const { label, ...phrasings } = dice.pick(others.length > 0 ? others : known);
  const heldOut = dice.roll(10_000) < heldOutShareBps;
  const phrasing = dice.pick(heldOut ? phrasings.heldOut : phrasings.train);
  const text = phrasing.replace(/\{(\w+)\}/g, (_, place: string) => dice.pick(words[place] ?? []));
  return { text, label };
}

function contractsOf({ prompts }: Classification): Contract[] {
  const always = ["json", "line", "csv", "words"] as const;
  return prompts.formats.regex ? [...always, "regex"] : [...always];
}

function probeOf(task: Classification, { label }: DrawnRequest, kind?: Contract): Pick<Probe, "truth" | "rule"> {
  const regex = kind === "regex" ? task.prompts.formats.regex : undefined;
  const pattern = regex && { pattern: fillTemplate(regex.pattern, { label }) };
  return { truth: label, rule: { labels: task.labels, ...pattern } };
}

function instruction({ prompts }: Classification, kind: Contract): string {
  return kind === "regex" ? (prompts.formats.regex?.ask ?? "") : prompts.formats[kind];
}

function replyUnder(kind: Contract, task: Classification, { text, label }: DrawnRequest): string {
  switch (kind) {
    case "json":
      return `{"label":"${label}"}`;
    case "line":
      return `LABEL: ${label}`;
    case "csv":
      return `${label},${firstWord(text)}`;
    case "words":
      return `label is ${label}`;
    case "regex":
      return fillTemplate(task.prompts.formats.regex?.reply ?? "", { label });
  }
}

function firstWord(text: string): string {
  return (text.trim().split(/\s+/)[0] ?? "").toLowerCase();
}

function choose({ labels, prompts }: Classification): string {
  return fillTemplate(prompts.choose, { labels: `${labels.slice(0, -1).join(", ")} or ${labels.at(-1) ?? ""}` });
}

function wrapped({ prompts }: Classification, text: string): string {
  return fillTemplate(prompts.request, { text });
}
