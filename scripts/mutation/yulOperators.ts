import type { Edit } from "./Mutant.ts";
import type { SourceText } from "./SourceText.ts";
import { child, childList, rangeOf, type SyntaxNode, textField } from "./syntaxTree.ts";

const instructions: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  mod: "mul",
  and: "or",
  or: "and",
  xor: "and",
  shl: "shr",
  shr: "shl",
  lt: "gt",
  gt: "lt",
  slt: "sgt",
  sgt: "slt",
};

function* changeCall(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const called = child(node, "functionName");
  const name = textField(called, "name");
  const other = instructions[name];
  if (other !== undefined) yield { operator: "assembly", range: rangeOf(called), replacement: other };
  const [operand] = childList(node, "arguments");
  if ((name !== "iszero" && name !== "not") || operand === undefined) return;
  yield { operator: "assembly", range: rangeOf(node), replacement: text.slice(rangeOf(operand)) };
}

function* changeNumber(node: SyntaxNode): Generator<Edit> {
  if (node.kind !== "number") return;
  const value = BigInt(textField(node, "value"));
  const written = textField(node, "value").startsWith("0x") ? `0x${(value + 1n).toString(16)}` : `${value + 1n}`;
  yield { operator: "assembly", range: rangeOf(node), replacement: written };
}

function* changeCondition(node: SyntaxNode): Generator<Edit> {
  const range = rangeOf(child(node, "condition"));
  for (const replacement of ["1", "0"]) yield { operator: "assembly", range, replacement };
}

function* remove(node: SyntaxNode): Generator<Edit> {
  yield { operator: "assembly", range: rangeOf(node), replacement: "{}" };
}

const byType: Readonly<Record<string, (node: SyntaxNode, text: SourceText) => Generator<Edit>>> = {
  YulFunctionCall: changeCall,
  YulLiteral: changeNumber,
  YulIf: changeCondition,
  YulExpressionStatement: remove,
  YulAssignment: remove,
};

/** Changes within assembly. */
export function* changeYul(node: SyntaxNode, text: SourceText): Generator<Edit> {
  yield* byType[node.nodeType]?.(node, text) ?? [];
}
