import JSON5 from "json5";
import { findNodeAtLocation, type Node, type ParseError, type ParseErrorCode, parseTree } from "jsonc-parser";
import type { z } from "zod";
import { describeIssue, describeIssues, valueAt } from "./describeIssue.ts";

/** An error class for files of one sort: `SuiteError`, `ManifestError` … */
export type Refusal = new (message: string, options?: ErrorOptions) => Error;

/** Objects and arrays inside each other: bounds the recursion of every reader behind this one. */
const maxDepth = 64;

/** What a parser that found no value, comma … calls it, in the order of jsonc-parser's error codes (which start at 1). */
const syntaxErrors = [
  "expected a value here",
  "a number is malformed",
  "expected a member's name in double quotes",
  "expected a value",
  'expected ":" after a member\'s name',
  'expected "," before this',
  'expected "}"',
  'expected "]"',
  "the file goes on after its end",
  "comments are not JSON",
  "a comment does not end",
  'a text does not end with "',
  "a number does not end",
  'a "\\u" is not followed by four hex digits',
  'a "\\" is followed by something JSON does not know',
  "a text holds a control character; write it as \\n, \\t or \\u….",
] as const satisfies readonly string[];

/** A JSON value that knows the lines it came from. */
export class JsonDocument {
  readonly value: unknown;
  readonly file: string;
  readonly #text: string | null;
  readonly #tree: Node | undefined;

  private constructor(file: string, value: unknown, text: string | null, tree: Node | undefined) {
    this.file = file;
    this.value = value;
    this.#text = text;
    this.#tree = tree;
  }

  /**
   * Strict JSON (RFC 8259) without repeated members.
   * @throws `Refusal` with `file:line:column: reason`
   */
  static parse(text: string, file: string, Refusal: Refusal): JsonDocument {
    const refuse = (offset: number, reason: string) => {
      throw new Refusal(`${file}:${placeIn(text, offset)}: ${reason}; correct the file`);
    };
    const tooDeep = depthExceeds(text, maxDepth);
    if (tooDeep !== null) refuse(tooDeep, `over ${maxDepth} objects and arrays inside each other`);
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, {
      disallowComments: true,
      allowTrailingComma: false,
      allowEmptyContent: false,
    });
    const [first] = errors;
    if (first) refuse(first.offset, reasonOf(first.error));
    const repeated = tree && repeatedMember(tree);
    if (repeated) refuse(repeated.offset, `member ${repeated.value} stands here a second time`);
    return new JsonDocument(file, parseValue(text, refuse), text, tree);
  }

  /**
   * JSON5, which is JSON with comments and without needless quotes: what people write by hand.
   * @throws `Refusal` with `file:line:column: reason`
   */
  static parseJson5(text: string, file: string, Refusal: Refusal): JsonDocument {
    const tooDeep = depthExceeds(text, maxDepth);
    if (tooDeep !== null)
      throw new Refusal(`${file}:${placeIn(text, tooDeep)}: over ${maxDepth} objects and arrays inside each other`);
    const value = parseJson5Value(text, file, Refusal);
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    // What only JSON5 has, such as names without quotes, hides where a field stands: the field's name has to do.
    return errors.length === 0
      ? new JsonDocument(file, value, text, tree)
      : new JsonDocument(file, value, null, undefined);
  }

  /** A value whose text is not at hand, such as one inside evidence; its errors name fields, not lines. */
  static of(value: unknown, file: string): JsonDocument {
    return new JsonDocument(file, value, null, undefined);
  }

  /** `file:line:column` of a field, or of the closest thing around it; `file` alone without a text. */
  at(path: readonly PropertyKey[]): string {
    const offset = this.#offsetOf(path);
    return this.#text === null || offset === null ? this.file : `${this.file}:${placeIn(this.#text, offset)}`;
  }

  /**
   * Checks the whole value, or what stands at a path.
   * @throws `Refusal` with one line: file, line, field, what is wrong, what to do
   */
  check<Schema extends z.ZodType>(
    schema: Schema,
    Refusal: Refusal,
    path: readonly PropertyKey[] = [],
  ): z.infer<Schema> {
    const parsed = schema.safeParse(valueAt(this.value, path));
    if (!parsed.success) throw new Refusal(describeIssue(parsed.error, this, path));
    return parsed.data;
  }

  /**
   * Checks the whole value.
   * @throws `Refusal` with a line for each problem, as `check` words it
   */
  checkAll<Schema extends z.ZodType>(schema: Schema, Refusal: Refusal): z.output<Schema> {
    const parsed = schema.safeParse(this.value);
    if (!parsed.success) throw new Refusal(describeIssues(parsed.error, this, schema).join("\n"));
    return parsed.data;
  }

  #offsetOf(path: readonly PropertyKey[]): number | null {
    if (!this.#tree) return null;
    for (let length = path.length; length > 0; length--) {
      const segments = path.slice(0, length).map((part) => (typeof part === "number" ? part : String(part)));
      const node = findNodeAtLocation(this.#tree, segments);
      // A member is found by its name: that is where a reader looks for it.
      if (node) return (node.parent?.type === "property" ? node.parent : node).offset;
    }
    return this.#tree.offset;
  }
}

function reasonOf(code: ParseErrorCode): string {
  return syntaxErrors[code - 1] ?? "is not JSON";
}

/** The value as JSON.parse sees it; where it is stricter than the tree's parser, its word counts. */
function parseValue(text: string, refuse: (offset: number, reason: string) => void): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    refuse(Number(/position (\d+)/.exec(String(error))?.[1] ?? 0), "is not JSON");
    return undefined;
  }
}

function parseJson5Value(text: string, file: string, Refusal: Refusal): unknown {
  try {
    return JSON5.parse<unknown>(text);
  } catch (error) {
    const [, reason = "is not JSON5", place = "1:1"] = /^JSON5: (.*) at (\d+:\d+)$/.exec(`${messageOf(error)}`) ?? [];
    throw new Refusal(`${file}:${place}: ${reason}; correct the file`, { cause: error });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : error);

/** `line:column`, both from 1; a column counts UTF-16 units. */
function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return `${before.split("\n").length}:${offset - lineStart + 1}`;
}

/** Where a text goes deeper than allowed; null when it does not. Brackets inside texts do not count. */
function depthExceeds(text: string, limit: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (quoted) {
      if (letter === "\\") index += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    if (depth > limit) return index;
  }
  return null;
}

function repeatedMember(node: Node): { readonly offset: number; readonly value: string } | null {
  const names = new Set<string>();
  for (const child of node.children ?? []) {
    const name = node.type === "object" ? child.children?.[0] : undefined;
    if (name && names.has(name.value)) return { offset: name.offset, value: JSON.stringify(name.value) };
    if (name) names.add(name.value);
    const inside = repeatedMember(child);
    if (inside) return inside;
  }
  return null;
}
