import type { Edit } from "./Mutant.ts";
import type { SourceText } from "./SourceText.ts";
import { child, childList, parseRange, rangeOf, type SyntaxNode, textField, typeOf } from "./syntaxTree.ts";

/**
 * Of the six ways to change a comparison, the three that no test can kill without killing the others as well (Kaminski, Ammann,
 * Offutt: "Improving logic-based testing", 2013).
 */
const relational: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", "!=", "false"],
  ">": [">=", "!=", "false"],
  "<=": ["<", "==", "true"],
  ">=": [">", "==", "true"],
  "==": ["<=", ">=", "false"],
  "!=": ["<", ">", "true"],
};

const arithmetic: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "**": "*",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
  "^": "&",
};

const assignment: Readonly<Record<string, readonly string[]>> = {
  "+=": ["-=", "="],
  "-=": ["+=", "="],
  "*=": ["/=", "="],
  "/=": ["*=", "="],
  "|=": ["&=", "="],
  "&=": ["|=", "="],
  "^=": ["&=", "="],
  "<<=": [">>="],
  ">>=": ["<<="],
};

const rounding: Readonly<Record<string, string>> = { Floor: "Ceil", Ceil: "Floor", Trunc: "Expand", Expand: "Trunc" };

/** The operator's own place between its two sides (comments may stand there too). */
function betweenSides(node: SyntaxNode, sides: readonly [string, string], text: SourceText) {
  const start = text.skipBlank(rangeOf(child(node, sides[0])).end);
  return { start, end: start + textField(node, "operator").length };
}

/** Nothing unsigned is below 0: `!= 0` and `> 0` say the same, `<= 0` and `== 0` too. */
function comparesToZero(node: SyntaxNode): boolean {
  const right = child(node, "rightExpression");
  return textField(right, "value") === "0" && typeOf(child(node, "leftExpression")).startsWith("uint");
}

/** Whose order means nothing: only whether two are the same does. */
const unordered = /^(address|bytes\d+|contract |enum )/;

function isIdentity(node: SyntaxNode): boolean {
  const operator = textField(node, "operator");
  return (operator === "==" || operator === "!=") && unordered.test(typeOf(child(node, "leftExpression")));
}

function* changeBinary(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const operator = textField(node, "operator");
  const range = rangeOf(node);
  const left = text.slice(rangeOf(child(node, "leftExpression")));
  const right = text.slice(rangeOf(child(node, "rightExpression")));
  const place = betweenSides(node, ["leftExpression", "rightExpression"], text);
  if (operator === "&&" || operator === "||") {
    const other = operator === "&&" ? "||" : "&&";
    // In brackets, because the two bind differently.
    yield { operator: "boolean", range, replacement: `(${left} ${other} ${right})` };
    yield { operator: "boolean", range, replacement: left };
    yield { operator: "boolean", range, replacement: right };
    return;
  }
  if (typeOf(child(node, "leftExpression")) === "bool" && (operator === "==" || operator === "!=")) {
    yield { operator: "relational", range: place, replacement: operator === "==" ? "!=" : "==" };
    return;
  }
  const others = relational[operator] ?? [];
  const both = others.length > 0 && (comparesToZero(node) || isIdentity(node));
  for (const other of both ? ["false", "true"] : others) {
    const whole = other === "true" || other === "false";
    yield { operator: "relational", range: whole ? range : place, replacement: other };
  }
  const other = arithmetic[operator];
  if (other === undefined) return;
  const sameRank = ["+-", "-+", "*/", "/*", "%*", "<<>>", ">><<"].includes(operator + other);
  yield sameRank
    ? { operator: "arithmetic", range: place, replacement: other }
    : { operator: "arithmetic", range, replacement: `(${left} ${other} ${right})` };
}

function* changeUnary(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const range = rangeOf(node);
  const operator = textField(node, "operator");
  const operand = text.slice(rangeOf(child(node, "subExpression")));
  if (operator === "!" || operator === "~" || operator === "-") {
    yield { operator: operator === "!" ? "boolean" : "arithmetic", range, replacement: operand };
  }
  if (operator === "++" || operator === "--") {
    const other = operator === "++" ? "--" : "++";
    yield { operator: "arithmetic", range, replacement: node.prefix === true ? other + operand : operand + other };
  }
}

function* changeAssignment(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const range = betweenSides(node, ["leftHandSide", "rightHandSide"], text);
  for (const other of assignment[textField(node, "operator")] ?? []) {
    yield { operator: "assignment", range, replacement: other };
  }
}

/** A number one higher; 1 becomes 0 as well. Units (`days`, `ether`) stay. */
function* changeNumber(written: string): Generator<string> {
  const [, digits, unit = ""] = /^([0-9_]+)(\s+[a-z]+)?$/.exec(written) ?? [];
  if (digits === undefined) {
    yield `(${written} + 1)`;
    return;
  }
  const value = BigInt(digits.replaceAll("_", ""));
  yield `${value + 1n}${unit}`;
  if (value === 1n) yield `0${unit}`;
}

function* changeLiteral(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const range = rangeOf(node);
  const kind = textField(node, "kind");
  if (kind === "bool") {
    yield { operator: "constant", range, replacement: textField(node, "value") === "true" ? "false" : "true" };
  }
  if (kind === "string" && textField(node, "value") !== "") yield { operator: "constant", range, replacement: '""' };
  if (kind !== "number" || typeOf(node).startsWith("address")) return;
  for (const replacement of changeNumber(text.slice(range))) yield { operator: "constant", range, replacement };
}

/** Calls of OpenZeppelin's Math and SafeCast, which stand for operators: extremes, rounding, saturation, checks. */
function* changeCall(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const callee = child(node, "expression");
  if (callee.nodeType !== "MemberAccess") return;
  const range = rangeOf(node);
  const owner = text.slice(rangeOf(child(callee, "expression")));
  const member = textField(callee, "memberName");
  const args = childList(node, "arguments").map((argument) => text.slice(rangeOf(argument)));
  const cast = /^to(U?[Ii]nt\d+)$/.exec(member)?.[1]?.toLowerCase();
  if (cast !== undefined) {
    yield { operator: "cast", range, replacement: `${cast}(${owner === "SafeCast" ? args.join(", ") : owner})` };
  }
  if (owner !== "Math") return;
  const [first = "", second = ""] = args;
  if (member === "min" || member === "max") {
    const place = parseRange(textField(callee, "memberLocation"));
    yield { operator: "extreme", range: place, replacement: member === "min" ? "max" : "min" };
  }
  if (member === "ceilDiv") yield { operator: "rounding", range, replacement: `((${first}) / (${second}))` };
  if (member === "saturatingSub") yield { operator: "arithmetic", range, replacement: `((${first}) - (${second}))` };
  if ((member === "mulDiv" && args.length === 3) || (member === "sqrt" && args.length === 1)) {
    yield { operator: "rounding", range, replacement: `Math.${member}(${args.join(", ")}, Math.Rounding.Ceil)` };
  }
}

function* changeMember(node: SyntaxNode, text: SourceText): Generator<Edit> {
  const other = rounding[textField(node, "memberName")];
  if (other === undefined || !text.slice(rangeOf(child(node, "expression"))).endsWith("Rounding")) return;
  yield { operator: "rounding", range: parseRange(textField(node, "memberLocation")), replacement: other };
}

/** Of `if`, of a ternary. */
export function* changeCondition(node: SyntaxNode): Generator<Edit> {
  const range = rangeOf(child(node, "condition"));
  yield { operator: "condition", range, replacement: "true" };
  yield { operator: "condition", range, replacement: "false" };
}

const byType: Readonly<Record<string, (node: SyntaxNode, text: SourceText) => Generator<Edit>>> = {
  BinaryOperation: changeBinary,
  UnaryOperation: changeUnary,
  Assignment: changeAssignment,
  Literal: changeLiteral,
  FunctionCall: changeCall,
  MemberAccess: changeMember,
  Conditional: changeCondition,
};

/** Changes within an expression. */
export function* changeExpression(node: SyntaxNode, text: SourceText): Generator<Edit> {
  yield* byType[node.nodeType]?.(node, text) ?? [];
}
