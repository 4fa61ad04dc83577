/** The compiler's syntax tree, read without a schema of its two hundred kinds of node: a node has a kind, a place and fields. */
export interface SyntaxNode {
  readonly nodeType: string;
  /** "start:length:file", in bytes. */
  readonly src: string;
  readonly [field: string]: unknown;
}

/** A stretch of a source file, in bytes; the end is the first byte after it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === "object" &&
    value !== null &&
    "nodeType" in value &&
    typeof value.nodeType === "string" &&
    "src" in value &&
    typeof value.src === "string"
  );
}

/** Throws a TypeError where the compiler's tree is not what the caller expects of it. */
export function child(node: SyntaxNode, field: string): SyntaxNode {
  const value = node[field];
  if (!isNode(value)) throw new TypeError(`${node.nodeType} at ${node.src} has no node "${field}"`);
  return value;
}

export function childList(node: SyntaxNode, field: string): SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** A field that is text, or the empty string. */
export function textField(node: SyntaxNode, field: string): string {
  const value = node[field];
  return typeof value === "string" ? value : "";
}

/** The type of an expression, such as "uint256" or "int_const 7"; empty where the compiler gives none. */
export function typeOf(node: SyntaxNode): string {
  const types = node.typeDescriptions;
  if (typeof types !== "object" || types === null || !("typeString" in types)) return "";
  return typeof types.typeString === "string" ? types.typeString : "";
}

export function parseRange(src: string): Range {
  const [start, length] = src.split(":").map(Number);
  if (start === undefined || length === undefined) throw new TypeError(`"${src}" is no place in a source file`);
  return { start, end: start + length };
}

export function rangeOf(node: SyntaxNode): Range {
  return parseRange(node.src);
}

/** The nodes right below a node, with the field each stands in. */
export function* children(node: SyntaxNode): Generator<{ field: string; node: SyntaxNode }> {
  for (const [field, value] of Object.entries(node)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isNode(item)) yield { field, node: item };
    }
  }
}
