import { EvaluationError } from "../evaluationError.ts";

/** A value that RFC 8785 would serialise in two ways, or not at all, under our subset. */
export class CanonicalJsonError extends EvaluationError {
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`canonical JSON: ${path || "the value"} ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

/**
 * RFC 8785 restricted to strings without lone surrogates, safe integers, booleans, null, arrays and plain objects.
 * Keys are sorted by UTF-16 code units, as the RFC asks. Fractions, `undefined`, bigint and class instances are refused,
 * because canonicalisers disagree on them or drop them without a word.
 * @throws CanonicalJsonError naming the path (`a.b[2]`) of the first value outside the subset.
 */
export function canonicalJson(value: unknown): string {
  return serialise(value, "", 0);
}

/** Deeper nesting than any document of ours; bounds the recursion on hostile input. */
const maxDepth = 64;

function serialise(value: unknown, path: string, depth: number): string {
  if (depth > maxDepth) throw new CanonicalJsonError(path, `is nested deeper than ${maxDepth} levels`);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return serialiseString(value, path);
  if (typeof value === "number") return serialiseInteger(value, path);
  if (Array.isArray(value)) {
    // Array.from visits holes too, which map would skip.
    return `[${Array.from(value, (entry, index) => serialise(entry, `${path}[${index}]`, depth + 1)).join(",")}]`;
  }
  if (isPlainObject(value)) return serialiseObject(value, path, depth);
  throw new CanonicalJsonError(path, `is of type ${typeof value}, which JSON cannot hold`);
}

function serialiseString(value: string, path: string): string {
  if (!value.isWellFormed()) throw new CanonicalJsonError(path, "holds a lone surrogate; store raw bytes as base64");
  return JSON.stringify(value);
}

function serialiseInteger(value: number, path: string): string {
  if (!Number.isSafeInteger(value)) throw new CanonicalJsonError(path, `is ${value}, not a safe integer`);
  return Object.is(value, -0) ? "0" : String(value);
}

function serialiseObject(value: Readonly<Record<string, unknown>>, path: string, depth: number): string {
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      const inner = path ? `${path}.${key}` : key;
      return `${serialiseString(key, inner)}:${serialise(value[key], inner, depth + 1)}`;
    });
  return `{${members.join(",")}}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
