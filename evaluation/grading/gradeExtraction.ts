import { CanonicalJsonError, canonicalJson } from "../evidence/canonicalJson.ts";
import type { Probe } from "../plan/probe.ts";
import { answerSchema, type Extraction } from "../suite/extraction.ts";
import { type JsonSchema, keepsSchema } from "../suite/jsonSchema.ts";
import { extractedGrade, fullGrade, type Grade, noAnswer } from "./grade.ts";
import { countMembers, objectWithin, parseObject } from "./parseObject.ts";

/**
 * One JSON object that keeps the schema, with every value as the truth writes it. Under the answer contract of family J an object
 * with other things around it, or values written another way, are worth what any extracted answer is.
 */
export function gradeExtraction(probe: Probe, reply: string): Grade {
  const answer = strictAnswer(probe, reply);
  if (answer === probe.truth) return { answer, grade: fullGrade };
  if (probe.grader === "schema" && readsRightExtraction(probe, reply)) {
    return { answer: probe.truth, grade: extractedGrade };
  }
  return answer === null ? noAnswer : { answer, grade: 0 };
}

/** Whether the first to last brace of a reply hold an object that says the same as the truth, however it writes it. */
export function readsRightExtraction({ truth }: Probe, reply: string): boolean {
  const asked = parseObject(truth);
  const found = objectWithin(reply);
  if (asked === null || found === null) return false;
  return Object.entries(asked).every(([name, value]) => loose(found[name]) === loose(value));
}

/** Canonical JSON of a reply that is one object of the schema, no member twice. Without a schema only the truth itself is an answer. */
function strictAnswer({ rule, truth }: Probe, reply: string): string | null {
  const object = parseObject(reply);
  if (object === null || countMembers(reply) !== Object.keys(object).length) return null;
  const schema = rule && "extraction" in rule ? schemaOf(rule.extraction) : null;
  if (schema !== null && !keepsSchema(schema, object)) return null;
  const answer = canonicalOf(object);
  return schema === null && answer !== truth ? null : answer;
}

/** Null for what has no canonical form: fractions, numbers too large, lone surrogates. */
function canonicalOf(object: Readonly<Record<string, unknown>>): string | null {
  try {
    return canonicalJson(object);
  } catch (error) {
    if (error instanceof CanonicalJsonError) return null;
    throw error;
  }
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
