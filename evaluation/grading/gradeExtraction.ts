import { canonicalJson } from "../evidence/canonicalJson.ts";
import type { Probe } from "../plan/probe.ts";
import { answerSchema, type Extraction, fieldNames } from "../suite/extraction.ts";
import { type JsonSchema, keepsSchema } from "../suite/jsonSchema.ts";
import { extractedGrade, fullGrade, type Grade, noAnswer } from "./grade.ts";
import { countMembers, objectWithin, parseObject } from "./parseObject.ts";

/**
 * One JSON object that keeps the schema, with every value as the truth writes it. Under the answer contract of family J an object
 * with other things around it, or values written another way, are worth what any extracted answer is.
 */
export function gradeExtraction(probe: Probe, reply: string): Grade {
  if (!probe.rule || !("extraction" in probe.rule)) return noAnswer;
  const { extraction } = probe.rule;
  const answer = strictAnswer(extraction, reply);
  if (answer === probe.truth) return { answer, grade: fullGrade };
  const truth = parseObject(probe.truth);
  if (probe.grader === "schema" && truth && saysTheSame(fieldNames(extraction), objectWithin(reply), truth)) {
    return { answer: probe.truth, grade: extractedGrade };
  }
  return answer === null ? noAnswer : { answer, grade: 0 };
}

/** Canonical JSON of a reply that is one object of the schema, no member twice. */
function strictAnswer(extraction: Extraction, reply: string): string | null {
  const object = parseObject(reply);
  if (object === null || !keepsSchema(schemaOf(extraction), object)) return null;
  if (countMembers(reply) !== Object.keys(object).length) return null;
  // The schema lets integers through that are too large to be written in one way only.
  const isSafe = Object.values(object).every((value) => typeof value !== "number" || Number.isSafeInteger(value));
  return isSafe ? canonicalJson(object) : null;
}

function saysTheSame(
  names: readonly string[],
  found: Record<string, unknown> | null,
  truth: Readonly<Record<string, unknown>>,
): boolean {
  return found !== null && names.every((name) => loose(found[name]) === loose(truth[name]));
}

/** Case, blanks and grouping taken away; a number and its digits are the same, and so are null, "" and nothing. */
function loose(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? "object" : String(value).toLowerCase().replace(/[\s,]/g, "");
}

const schemas = new WeakMap<Extraction, JsonSchema>();

function schemaOf(extraction: Extraction): JsonSchema {
  const known = schemas.get(extraction);
  if (known !== undefined) return known;
  const schema = answerSchema(extraction);
  schemas.set(extraction, schema);
  return schema;
}
