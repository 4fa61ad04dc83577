import type { z } from "zod";
import { fieldNames, nearestName } from "./fieldNames.ts";

/** What a document tells about where its fields stand. */
export interface Located {
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of a field. */
  at(path: readonly PropertyKey[]): string;
}

type Issue = z.core.$ZodIssue;

/**
 * The first problem zod found, as one line: place, field, what is wrong, what to do. Texts are not quoted, except where one of a few words
 * is expected: a key that somebody put into the wrong field must not end up in a log.
 * @param above path of what was checked, when it was not the whole document
 */
export function describeIssue(error: z.ZodError, document: Located, above: readonly PropertyKey[] = []): string {
  const [issue] = error.issues;
  const [line] = issue ? linesOf(issue, document, above) : [];
  return line ?? `${document.file}: is not valid; compare it with the example in docs/evaluation.md`;
}

/** Every problem zod found, a line each as `describeIssue` words them, in the order of the schema. */
export function describeIssues(error: z.ZodError, document: Located, schema: z.ZodType): string[] {
  return error.issues.flatMap((issue) => linesOf(issue, document, [], schema));
}

function linesOf(found: Issue, document: Located, above: readonly PropertyKey[], schema?: z.ZodType): string[] {
  const inside = deepest(found);
  const issue = { ...inside, path: [...above, ...inside.path] };
  if (issue.code !== "unrecognized_keys")
    return [
      `${document.at(issue.path)}: ${reasonOf(issue, valueAt(document.value, issue.path), schema !== undefined)}`,
    ];
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    const meant = schema && nearestName(key, fieldNames(schema, issue.path));
    const remedy = meant === undefined ? "remove it or correct its spelling" : `did you mean "${meant}"?`;
    return `${document.at(path)}: unknown field "${fieldName(path)}"; ${remedy}`;
  });
}

/** Of a value that fits none of several shapes, the problem with the shape it comes closest to. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inside = issue.errors
    .flatMap(([first]) => (first ? [deepest(first)] : []))
    .map((found) => ({ ...found, path: [...issue.path, ...found.path] }))
    .sort((a, b) => b.path.length - a.path.length);
  return inside[0] ?? issue;
}

/** @param quotes whether a short text may be repeated: in a configuration, not in a manifest, where a key may stand in the wrong place */
function reasonOf(issue: Issue, value: unknown, quotes: boolean): string {
  const field = issue.path.length === 0 ? "the file" : `field "${fieldName(issue.path)}"`;
  if (value === undefined && issue.code !== "custom") return `${field} is missing; add it${expected(issue)}`;
  switch (issue.code) {
    case "invalid_type":
      return `${field} is ${typeof value === "string" ? "a text" : excerpt(value)}${expected(issue)}; correct the value`;
    case "too_small":
      return `${field} ${sizeOf(issue.origin, value)}, at least ${issue.minimum} needed; correct the value`;
    case "too_big":
      return `${field} ${sizeOf(issue.origin, value)}, at most ${issue.maximum} allowed; correct the value`;
    case "invalid_value":
      return `${field} is ${excerpt(value)}, expected ${alternatives(issue.values)}; correct the value`;
    case "invalid_format":
      return `${field}${quotes ? harmlessText(value) : ""}: ${issue.message.replace(/\s+/g, " ")}; correct the value`;
    case "invalid_key":
      return `${field}: the name ${JSON.stringify(issue.path.at(-1))} is not allowed (${issue.issues[0]?.message}); rename it`;
    default:
      return `${field}${quotes ? harmlessText(value) : ""}: ${issue.message.replace(/\s+/g, " ")}; correct the value`;
  }
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list [ … ]",
  object: "an object { … }",
  record: "an object { … }",
  null: "null",
};

function expected(issue: Issue): string {
  if (issue.code === "invalid_type") return `, expected ${typeNames[issue.expected] ?? issue.expected}`;
  return issue.code === "invalid_value" ? `, expected ${alternatives(issue.values)}` : "";
}

function alternatives(values: readonly unknown[]): string {
  return `${values.length > 1 ? "one of " : ""}${values.map((value) => JSON.stringify(value)).join(", ")}`;
}

function sizeOf(origin: string, value: unknown): string {
  if (typeof value === "string") return `has ${value.length} characters`;
  if (Array.isArray(value)) return `has ${value.length} entries`;
  return origin === "object" || origin === "record" ? "has too few or too many members" : `is ${excerpt(value)}`;
}

/** ` is "…"` for a short text in which no key or password can hide; nothing for all others. */
function harmlessText(value: unknown): string {
  const mayBeSecret = typeof value !== "string" || value.length > 60 || /@|[0-9A-Za-z_+/=-]{20}/.test(value);
  return mayBeSecret ? "" : ` is ${JSON.stringify(value)}`;
}

function excerpt(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** What stands at a path inside a value; undefined when nothing does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inside, part) => {
    if (typeof inside !== "object" || inside === null) return undefined;
    return Object.entries(inside).find(([name]) => name === String(part))?.[1];
  }, value);
}
