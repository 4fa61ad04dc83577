import { changeCondition } from "./expressionOperators.ts";
import type { Edit } from "./Mutant.ts";
import type { SourceText } from "./SourceText.ts";
import { child, childList, isNode, rangeOf, type SyntaxNode, textField, typeOf } from "./syntaxTree.ts";

/** An empty block stands wherever a statement stands. */
function deletion(node: SyntaxNode, text: SourceText): Edit {
  const { start, end } = rangeOf(node);
  // The compiler's range of a simple statement ends before its semicolon.
  const semicolon = text.skipBlank(end);
  const whole = text.slice({ start: end - 1, end }) === ";" ? end : semicolon + 1;
  return { operator: "deletion", range: { start, end: whole }, replacement: "{}" };
}

function isRequire(node: SyntaxNode): boolean {
  const called = node.expression;
  return isNode(called) && called.nodeType === "Identifier" && textField(called, "name") === "require";
}

function* changeStatement(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const expression = child(node, "expression");
  if (!isRequire(expression)) {
    yield deletion(node, text);
    return;
  }
  const [condition] = childList(expression, "arguments");
  if (condition === undefined) return;
  for (const replacement of ["true", "false"]) yield { operator: "require", range: rangeOf(condition), replacement };
}

/** A value of the type that is nothing, and for a flag the other one too. */
function nothing(type: string): readonly string[] {
  if (type === "bool") return ["false", "true"];
  if (/^u?int\d+$/.test(type)) return ["0"];
  if (/^bytes\d+$/.test(type)) return [`${type}(0)`];
  return type === "address" ? ["address(0)"] : [];
}

function* changeReturn(node: SyntaxNode): Generator<Edit> {
  const value = node.expression;
  if (!isNode(value)) return;
  const values = value.nodeType === "TupleExpression" ? childList(value, "components") : [value];
  for (const item of values) {
    for (const replacement of nothing(typeOf(item))) yield { operator: "return", range: rangeOf(item), replacement };
  }
}

/** A loop whose condition always holds only costs time: it never is the question a test answers. */
function* changeLoop(node: SyntaxNode): Generator<Edit> {
  const condition = node.condition;
  if (isNode(condition)) yield { operator: "condition", range: rangeOf(condition), replacement: "false" };
}

function* removeModifiers(node: SyntaxNode): Generator<Edit> {
  for (const modifier of childList(node, "modifiers")) {
    if (modifier.kind !== "modifierInvocation") continue;
    yield { operator: "modifier", range: rangeOf(modifier), replacement: "" };
  }
}

function* remove(node: SyntaxNode, text: SourceText): Generator<Edit> {
  yield deletion(node, text);
}

const byType: Readonly<Record<string, (node: SyntaxNode, text: SourceText) => Generator<Edit>>> = {
  ExpressionStatement: changeStatement,
  EmitStatement: remove,
  RevertStatement: remove,
  Continue: remove,
  Break: remove,
  Return: changeReturn,
  IfStatement: changeCondition,
  ForStatement: changeLoop,
  WhileStatement: changeLoop,
  FunctionDefinition: removeModifiers,
};

/** Changes of whole statements, their conditions and a function's modifiers. */
export function* changeStatements(node: SyntaxNode, text: SourceText): Generator<Edit> {
  yield* byType[node.nodeType]?.(node, text) ?? [];
}
