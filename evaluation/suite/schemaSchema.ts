import { z } from "zod";
import { CanonicalJsonError, canonicalJson } from "../evidence/canonicalJson.ts";
import type { JsonSchema } from "./jsonSchema.ts";
import { patternSchema } from "./pattern.ts";

/** Keywords with a schema inside, with schemas by name, and with a list of schemas. */
const one = ["items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"] as const;
const named = ["properties"] as const;
const lists = ["allOf", "anyOf", "oneOf"] as const;

const bound = z.int().min(0).max(1_000_000);
const typeName = z.enum(["string", "number", "integer", "boolean", "object", "array", "null"]);

const keywords = {
  $schema: z.string(),
  $id: z.string(),
  title: z.string(),
  description: z.string(),
  examples: z.array(z.unknown()),
  default: z.unknown(),
  type: z.union([typeName, z.array(typeName).min(1)]),
  enum: z.array(z.unknown()).min(1).max(1000),
  const: z.unknown(),
  required: z.array(z.string()).max(1000),
  pattern: patternSchema,
  minimum: z.int(),
  maximum: z.int(),
  exclusiveMinimum: z.int(),
  exclusiveMaximum: z.int(),
  multipleOf: z.int().min(1),
  minLength: bound,
  maxLength: bound,
  minItems: bound,
  maxItems: bound,
  uniqueItems: z.boolean(),
  minProperties: bound,
  maxProperties: bound,
} as const;

/** Schemas inside schemas, and all of them together. */
const maxDepth = 16;
const maxSchemas = 500;

/**
 * The part of JSON Schema (draft 7) that says all about a value in itself: no reference, no format, no code. Evidence brings schemas
 * along from anybody, so that only keywords that are known to be harmless pass.
 */
export const schemaSchema = z.custom<JsonSchema>().superRefine((schema, context) => {
  const problem = problemWith(schema, { depth: 0, seen: { schemas: 0 }, path: [] }) ?? uncanonical(schema);
  if (problem) context.addIssue({ code: "custom", path: [...problem.path], message: problem.message });
});

/** The suite's hash is that of its canonical JSON, which knows no fractions. */
function uncanonical(schema: unknown): Problem | null {
  try {
    canonicalJson(schema);
    return null;
  } catch (error) {
    if (error instanceof CanonicalJsonError) return { path: [], message: `${error.path} ${error.problem}` };
    throw error;
  }
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

interface Place {
  readonly depth: number;
  readonly seen: { schemas: number };
  readonly path: readonly string[];
}

function problemWith(schema: unknown, place: Place): Problem | null {
  const { depth, seen, path } = place;
  seen.schemas += 1;
  if (typeof schema === "boolean") return null;
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return { path, message: "expected a JSON Schema, { … } or true or false" };
  }
  if (depth > maxDepth || seen.schemas > maxSchemas) return { path, message: "is too large a JSON Schema" };
  for (const [keyword, value] of Object.entries(schema)) {
    const problem = problemWithKeyword(keyword, value, place);
    if (problem) return problem;
  }
  return null;
}

function problemWithKeyword(keyword: string, value: unknown, { depth, seen, path }: Place): Problem | null {
  const inside = (...names: readonly string[]): Place => ({
    depth: depth + 1,
    seen,
    path: [...path, keyword, ...names],
  });
  if (one.some((name) => name === keyword)) return problemWith(value, inside());
  if (named.some((name) => name === keyword) && isObject(value)) return firstProblem(Object.entries(value), inside);
  if (lists.some((name) => name === keyword) && Array.isArray(value) && value.length > 0) {
    return firstProblem(
      value.map((entry, index) => [String(index), entry] as const),
      inside,
    );
  }
  const known = Object.entries(keywords).find(([name]) => name === keyword)?.[1];
  if (!known) return { path: [...path, keyword], message: "is not among the JSON Schema keywords that suites may use" };
  const parsed = known.safeParse(value);
  if (parsed.success) return null;
  return { path: [...path, keyword], message: parsed.error.issues[0]?.message ?? "is not valid" };
}

function firstProblem(
  schemas: readonly (readonly [string, unknown])[],
  inside: (name: string) => Place,
): Problem | null {
  for (const [name, schema] of schemas) {
    const problem = problemWith(schema, inside(name));
    if (problem) return problem;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
