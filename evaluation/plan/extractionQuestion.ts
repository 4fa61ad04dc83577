import { canonicalJson } from "../evidence/canonicalJson.ts";
import { answerSchema, type Extraction, fieldNames } from "../suite/extraction.ts";
import type { Dice } from "./dice.ts";
import { type DrawnValue, drawField } from "./drawField.ts";
import { fillTemplate, joinLines } from "./fillTemplate.ts";
import type { Question } from "./question.ts";

export function extractionQuestion(task: Extraction, dice: Dice): Question {
  const { text, truth, keep } = drawExtraction(task, dice);
  const ask = instruction(task);
  const common = { truth, expected: truth, rule: { extraction: task } };
  const wrapped = (request: string) => fillTemplate(task.prompts.request, { text: request });
  return {
    text,
    keep,
    plain: (request, stratum, salt) => ({
      ...common,
      grader: "fields",
      prompt: joinLines(ask, salt?.line, wrapped(request)),
      stratum,
      salt: salt?.salt ?? null,
    }),
    format: () => ({
      ...common,
      grader: "schema",
      prompt: joinLines(ask, wrapped(text)),
      stratum: "schema",
      salt: null,
    }),
  };
}

interface DrawnExtraction {
  readonly text: string;
  /** Canonical JSON of the answer. */
  readonly truth: string;
  readonly keep: readonly string[];
}

/** Draws phrasing (held out or not), values and words; what the phrasing does not name is null in the answer. */
export function drawExtraction(task: Extraction, dice: Dice): DrawnExtraction {
  const heldOut = dice.roll(10_000) < task.heldOutShareBps;
  const phrasing = dice.pick(heldOut ? task.phrasings.heldOut : task.phrasings.train);
  const drawn = new Map<string, DrawnValue>();
  const text = phrasing.replace(/\{(\w+)\}/g, (_, place: string) => {
    const field = task.fields[place];
    if (!field) return dice.pick(task.words[place] ?? []);
    const value = drawField(field, dice);
    drawn.set(place, value);
    return value.said;
  });
  const answer = Object.fromEntries(fieldNames(task).map((name) => [name, drawn.get(name)?.value ?? null]));
  return { text, truth: canonicalJson(answer), keep: [...drawn.values()].map(({ said }) => said) };
}

const instructions = new WeakMap<Extraction, string>();

/** The schema is long: one text for all probes of a task. */
function instruction(task: Extraction): string {
  const known = instructions.get(task);
  if (known !== undefined) return known;
  const text = fillTemplate(task.prompts.ask, { schema: canonicalJson(answerSchema(task)) });
  instructions.set(task, text);
  return text;
}
