import type { SourceText } from "./SourceText.ts";
import { child, childList, isNode, type Range, rangeOf, type SyntaxNode } from "./syntaxTree.ts";

/**
 * A piece of a file that can stand in several wordings side by side, a switch between them: a statement as branches of `if`, an
 * expression as a chain of `? :`. No two places overlap.
 */
export interface SwitchPlace {
  readonly kind: "statement" | "expression";
  readonly range: Range;
  /** The statement that runs whenever the place is reached; none for a constant or a variable's first value. */
  readonly statement?: Range;
  /** A declaration stays bare: in brackets of its own nobody could see it. */
  readonly declares?: boolean;
}

const closed = new Set(["Block", "UncheckedBlock", "TryStatement", "InlineAssembly"]);

/** With its semicolon, which the compiler's range of a simple statement leaves out. */
function statementRange(node: SyntaxNode, text: SourceText): Range {
  const { start, end } = rangeOf(node);
  const last = [node.falseBody, node.trueBody, node.body].find(isNode);
  if (last !== undefined) return { start, end: statementRange(last, text).end };
  if (closed.has(node.nodeType) || text.slice({ start: end - 1, end }) === ";") return { start, end };
  return { start, end: text.skipBlank(end) + 1 };
}

function* expressionPlace(value: unknown, statement: Range, declares = false): Generator<SwitchPlace> {
  if (isNode(value)) yield { kind: "expression", range: rangeOf(value), statement, declares };
}

function* simple(node: SyntaxNode, text: SourceText): Generator<SwitchPlace> {
  const range = statementRange(node, text);
  yield { kind: "statement", range, statement: range };
}

function* declaration(node: SyntaxNode, text: SourceText): Generator<SwitchPlace> {
  yield* expressionPlace(node.initialValue, statementRange(node, text), true);
}

function* loop(node: SyntaxNode, text: SourceText): Generator<SwitchPlace> {
  const { initializationExpression: first, loopExpression: step } = node;
  const whole = statementRange(node, text);
  if (isNode(first)) yield* expressionPlace(first.initialValue ?? first.expression, whole);
  yield* expressionPlace(node.condition, whole);
  if (isNode(step)) yield* expressionPlace(step.expression, whole);
  yield* switchPlaces(child(node, "body"), text);
}

function* branches(node: SyntaxNode, text: SourceText): Generator<SwitchPlace> {
  yield* expressionPlace(node.condition, statementRange(node, text));
  for (const field of ["trueBody", "falseBody"]) {
    const body = node[field];
    if (isNode(body)) yield* switchPlaces(body, text);
  }
}

function* listed(node: SyntaxNode, field: string, text: SourceText): Generator<SwitchPlace> {
  for (const below of childList(node, field)) yield* switchPlaces(below, text);
}

function* routine(node: SyntaxNode, text: SourceText): Generator<SwitchPlace> {
  if (isNode(node.body)) yield* switchPlaces(node.body, text);
}

function* variable(node: SyntaxNode): Generator<SwitchPlace> {
  if (isNode(node.value)) yield { kind: "expression", range: rangeOf(node.value) };
}

const byType: Readonly<Record<string, (node: SyntaxNode, text: SourceText) => Generator<SwitchPlace>>> = {
  SourceUnit: (node, text) => listed(node, "nodes", text),
  ContractDefinition: (node, text) => listed(node, "nodes", text),
  Block: (node, text) => listed(node, "statements", text),
  UncheckedBlock: (node, text) => listed(node, "statements", text),
  TryStatement: (node, text) => listed(node, "clauses", text),
  TryCatchClause: (node, text) => switchPlaces(child(node, "block"), text),
  FunctionDefinition: routine,
  ModifierDefinition: routine,
  VariableDeclaration: variable,
  IfStatement: branches,
  ForStatement: loop,
  WhileStatement: loop,
  VariableDeclarationStatement: declaration,
  ExpressionStatement: simple,
  EmitStatement: simple,
  RevertStatement: simple,
  Return: simple,
  Continue: simple,
  Break: simple,
  InlineAssembly: simple,
};

/** All places of a file, in its order. */
export function* switchPlaces(node: SyntaxNode, text: SourceText): Generator<SwitchPlace> {
  yield* byType[node.nodeType]?.(node, text) ?? [];
}
