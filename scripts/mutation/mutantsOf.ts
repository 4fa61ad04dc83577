import { changeExpression } from "./expressionOperators.ts";
import { type Edit, type Mutant, mutantFrom } from "./Mutant.ts";
import { SourceText } from "./SourceText.ts";
import { changeStatements } from "./statementOperators.ts";
import { child, children, isNode, type SyntaxNode, textField } from "./syntaxTree.ts";
import { changeYul } from "./yulOperators.ts";

/** Nothing below these runs: a change there changes a type or nothing. */
const inert = new Set([
  "ArrayTypeName",
  "EnumDefinition",
  "ErrorDefinition",
  "EventDefinition",
  "ImportDirective",
  "OverrideSpecifier",
  "ParameterList",
  "PragmaDirective",
  "StructDefinition",
  "StructuredDocumentation",
  "UserDefinedTypeName",
  "UsingForDirective",
]);

function scopeOf(node: SyntaxNode, outer: string): string {
  if (node.nodeType === "FunctionDefinition") return textField(node, "name") || textField(node, "kind");
  if (node.nodeType === "ModifierDefinition") return textField(node, "name");
  return node.nodeType === "VariableDeclaration" && outer === "" ? textField(node, "name") : outer;
}

/** The step and the start of a loop are not deleted: `for (;;{})` is no Solidity. */
function isStatement(node: SyntaxNode, field: string): boolean {
  return (
    node.nodeType !== "ExpressionStatement" || (field !== "loopExpression" && field !== "initializationExpression")
  );
}

/** `for (uint256 i; i < n; ++i)`: from 0 and by one, so that `i != n` ends it at the same place. */
function countsUp(node: SyntaxNode): boolean {
  const { nodeType, initializationExpression: first, loopExpression: step } = node;
  if (nodeType !== "ForStatement" || !isNode(first) || !isNode(step)) return false;
  if (first.nodeType !== "VariableDeclarationStatement" || isNode(first.initialValue)) return false;
  return textField(child(step, "expression"), "operator") === "++";
}

interface Place {
  readonly parent?: SyntaxNode;
  readonly field: string;
  readonly scope: string;
}

function* editsAt(node: SyntaxNode, text: SourceText, { parent, field }: Place): Generator<Edit> {
  if (isStatement(node, field)) yield* changeStatements(node, text);
  const counts = parent !== undefined && field === "condition" && countsUp(parent);
  for (const edit of changeExpression(node, text)) if (!counts || edit.replacement !== "!=") yield edit;
  yield* changeYul(node, text);
}

function* edits(node: SyntaxNode, text: SourceText, place: Place): Generator<{ edit: Edit; scope: string }> {
  if (inert.has(node.nodeType)) return;
  const scope = scopeOf(node, place.scope);
  for (const edit of editsAt(node, text, place)) yield { edit, scope };
  for (const below of children(node)) yield* edits(below.node, text, { parent: node, field: below.field, scope });
}

/**
 * All mutants of a file, in the order of the file. Two operators that end in the same text make one mutant; text that stays as it
 * was makes none.
 * @param tree The compiler's syntax tree of the file, with types.
 */
export function mutantsOf(file: string, content: string, tree: SyntaxNode): Mutant[] {
  const text = new SourceText(content);
  const seen = new Set([content]);
  const mutants: Mutant[] = [];
  for (const { edit, scope } of edits(tree, text, { field: "", scope: "" })) {
    const mutated = text.replace(edit.range, edit.replacement);
    if (seen.has(mutated)) continue;
    seen.add(mutated);
    mutants.push(mutantFrom(edit, { file, scope, text }));
  }
  return mutants.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

export function applyMutant(content: string, { range, replacement }: Mutant): string {
  return new SourceText(content).replace(range, replacement);
}
