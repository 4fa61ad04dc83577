import solc from "solc";
import { z } from "zod";
import { isNode, type SyntaxNode } from "./syntaxTree.ts";

/** What the compiler is asked, less the choice of outputs. */
export const compilerInputSchema = z.object({
  sources: z.record(z.string(), z.object({ content: z.string() })),
  remappings: z.array(z.string()),
  evmVersion: z.string().optional(),
});
export type CompilerInput = z.infer<typeof compilerInputSchema>;

const bytecode = z.object({ object: z.string(), linkReferences: z.record(z.string(), z.unknown()) });
const contractSchema = z.object({
  abi: z.array(z.unknown()),
  evm: z.object({
    bytecode,
    deployedBytecode: bytecode.extend({ immutableReferences: z.record(z.string(), z.unknown()).default({}) }),
    methodIdentifiers: z.record(z.string(), z.string()).default({}),
  }),
});
/** A contract as the compiler answers it. */
export type CompiledContract = z.infer<typeof contractSchema>;

const outputSchema = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).default([]),
  contracts: z.record(z.string(), z.record(z.string(), contractSchema)).default({}),
});
const treesSchema = outputSchema
  .omit({ contracts: true })
  .extend({ sources: z.record(z.string(), z.object({ ast: z.custom<SyntaxNode>(isNode).optional() })).default({}) });

/** The contracts do not compile; the message holds the compiler's words. */
export class CompileError extends Error {
  override name = "CompileError";
}

export interface OptimizerSettings {
  readonly enabled: boolean;
  readonly runs?: number;
}

/** Contracts by "source:name". */
export type Contracts = ReadonlyMap<string, CompiledContract>;

const codeOutputs = ["abi", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers"].flatMap((output) =>
  output.endsWith("ytecode") ? [`${output}.object`, `${output}.linkReferences`] : [output],
);

function run(input: CompilerInput, settings: Record<string, unknown>): unknown {
  const { sources, remappings, evmVersion } = input;
  const common = { remappings, evmVersion, metadata: { bytecodeHash: "none", appendCBOR: false } };
  return JSON.parse(
    solc.compile(JSON.stringify({ language: "Solidity", sources, settings: { ...common, ...settings } })),
  );
}

function refuseErrors(errors: readonly { severity: string; formattedMessage: string }[]): void {
  const first = errors.find(({ severity }) => severity === "error");
  if (first !== undefined) throw new CompileError(first.formattedMessage);
}

/**
 * Code without the digest of its sources, so that equal code is equal text. Without the optimizer by default: that is five times as
 * fast, and what a test says does not depend on it.
 * @param files The sources whose contracts are wanted.
 * @throws CompileError
 */
export function compileCode(
  input: CompilerInput,
  files: readonly string[],
  optimizer: OptimizerSettings = { enabled: false },
): Contracts {
  const outputSelection = Object.fromEntries(files.map((file) => [file, { "*": codeOutputs }]));
  const output = outputSchema.parse(run(input, { optimizer, outputSelection }));
  refuseErrors(output.errors);
  return new Map(
    Object.entries(output.contracts).flatMap(([file, byName]) =>
      Object.entries(byName).map(([name, contract]) => [`${file}:${name}`, contract]),
    ),
  );
}

/**
 * Syntax trees with types, by source.
 * @throws CompileError
 */
export function compileTrees(input: CompilerInput): Map<string, SyntaxNode> {
  const output = treesSchema.parse(run(input, { outputSelection: { "*": { "": ["ast"] } } }));
  refuseErrors(output.errors);
  return new Map(Object.entries(output.sources).flatMap(([file, { ast }]) => (ast === undefined ? [] : [[file, ast]])));
}
