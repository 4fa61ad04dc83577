import { canonicalJson } from "../../evidence/canonicalJson.ts";
import { type Assertion, assertionSchema } from "../cases.ts";

/** The names of what can be imported, for people. */
export const knownAssertions = [
  "equals",
  "contains",
  "icontains",
  "contains-all",
  "contains-any",
  "icontains-all",
  "icontains-any",
  "regex",
  "starts-with",
  "is-json",
  "word-count",
  "levenshtein",
  "latency",
] as const;

/** What promptfoo takes when no threshold is given (src/assertions/levenshtein.ts). */
const defaultDistance = 5;

/** An assertion of a promptfoo file with its variables filled in; `value` as YAML gives it. */
export interface PromptfooAssertion {
  readonly type: string;
  readonly value: unknown;
  readonly threshold: unknown;
}

/**
 * The same assertion in a suite, deciding as promptfoo's handlers do (src/assertions/ at github.com/promptfoo/promptfoo).
 * @returns why it cannot be imported, as text
 */
export function importAssertion({ type, value, threshold }: PromptfooAssertion): Assertion | string {
  const isNegated = type.startsWith("not-");
  const base = isNegated ? type.slice("not-".length) : type;
  if (!knownAssertions.some((known) => known === base) || type === "not-levenshtein") return unknown(type);
  const shape = shapeOf(base, value, threshold);
  if (typeof shape === "string") return shape;
  const parsed = assertionSchema.safeParse(isNegated ? { ...shape, not: true } : shape);
  return parsed.success ? parsed.data : `${type}: ${parsed.error.issues[0]?.message ?? "its value cannot be used"}`;
}

function unknown(type: string): string {
  return `assertion "${type}" cannot be imported: a suite's grades must follow from the reply alone, with no model, code or host asked (${knownAssertions.join(", ")}, and not-…)`;
}

function shapeOf(type: string, value: unknown, threshold: unknown): object | string {
  switch (type) {
    case "equals":
      return isObject(value) ? jsonShape(value) : scalarShape(type, value);
    case "contains":
    case "icontains":
    case "starts-with":
      return scalarShape(type, value);
    case "contains-all":
    case "contains-any":
    case "icontains-all":
    case "icontains-any":
      return listShape(type, value);
    case "regex":
      return typeof value === "string" ? { type, pattern: value } : "regex needs a text as its value";
    case "is-json":
      return value === undefined || value === null || value === "" ? { type } : { type, schema: value };
    case "word-count":
      return wordShape(value);
    case "levenshtein":
      return { type, value, max: threshold === undefined || threshold === 0 ? defaultDistance : threshold };
    default:
      return threshold === undefined ? "latency needs a threshold in milliseconds" : { type, maxMs: threshold };
  }
}

function scalarShape(type: string, value: unknown): object | string {
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isScalar ? { type, value: String(value) } : `${type} needs a text as its value`;
}

function jsonShape(value: object): object | string {
  try {
    return { type: "equals-json", value: canonicalJson(value) };
  } catch (error) {
    return `equals: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A list, or words between commas. */
function listShape(type: string, value: unknown): object | string {
  if (Array.isArray(value)) return { type, values: value.map(String) };
  if (typeof value !== "string") return `${type} needs a list as its value`;
  if (value.includes('"')) return `${type} holds quotes; write its value as a list, one text a line`;
  const values = value.split(",").map((part) => part.trim());
  return { type, values: values.filter((part) => part !== "") };
}

function wordShape(value: unknown): object | string {
  if (isObject(value)) return { type: "word-count", ...value };
  const words = Number(value);
  if (value === null || value === undefined || !Number.isInteger(words))
    return "word-count needs a number, or min and max";
  return { type: "word-count", min: words, max: words };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
