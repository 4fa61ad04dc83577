import { execFileSync } from "node:child_process";
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

const bytecode = z.object({ object: z.string() });
const contractSchema = z.object({
  abi: z.array(z.unknown()),
  evm: z.object({
    bytecode,
    /** Asked for where a contract is put in place without being deployed. */
    deployedBytecode: bytecode.default({ object: "" }),
    methodIdentifiers: z.record(z.string(), z.string()).default({}),
  }),
});
/** A contract as the compiler answers it. */
export type CompiledContract = z.infer<typeof contractSchema>;

const errorSchema = z.object({
  severity: z.string(),
  formattedMessage: z.string(),
  /** In bytes. */
  sourceLocation: z.object({ file: z.string(), start: z.number(), end: z.number() }).optional(),
});
type SolcError = z.infer<typeof errorSchema>;

const outputSchema = z.object({
  errors: z.array(errorSchema).default([]),
  contracts: z.record(z.string(), z.record(z.string(), contractSchema)).default({}),
});
const treesSchema = outputSchema
  .omit({ contracts: true })
  .extend({ sources: z.record(z.string(), z.object({ ast: z.custom<SyntaxNode>(isNode).optional() })).default({}) });

/** Where the compiler found something wrong. */
export type Blame = NonNullable<SolcError["sourceLocation"]>;

/** The contracts do not compile; the message holds the compiler's words. */
export class CompileError extends Error {
  override name = "CompileError";
  readonly blames: readonly Blame[];

  constructor(message: string, blames: readonly Blame[]) {
    super(message);
    this.blames = blames;
  }
}

/** Contracts by "source:name". */
export type Contracts = ReadonlyMap<string, CompiledContract>;

const codeOutputs = ["abi", "evm.bytecode.object", "evm.methodIdentifiers"];
const deployedOutput = "evm.deployedBytecode.object";

/** The compiler itself broke: an error that is about no source. */
const brokenSchema = z.object({
  errors: z.tuple([
    z.strictObject({ type: z.string(), component: z.string(), severity: z.string(), message: z.string() }),
  ]),
});

const compileProgram = 'process.stdout.write(require("solc").compile(require("node:fs").readFileSync(0, "utf8")))';

function compileApart(question: string): string {
  const options = { cwd: import.meta.dirname, input: question, maxBuffer: 2 ** 30, encoding: "utf8" } as const;
  return execFileSync(process.execPath, ["--input-type=commonjs", "-e", compileProgram], options);
}

/** Asks a new process where this one's compiler is worn out: it gives no memory back, and a large build takes a gigabyte. */
function run(input: CompilerInput, settings: Record<string, unknown>): unknown {
  const { sources, remappings, evmVersion } = input;
  const common = { remappings, evmVersion, metadata: { bytecodeHash: "none", appendCBOR: false } };
  const question = JSON.stringify({ language: "Solidity", sources, settings: { ...common, ...settings } });
  const answer: unknown = JSON.parse(solc.compile(question));
  const broken = brokenSchema.safeParse(answer);
  if (!broken.success) return answer;
  const again: unknown = JSON.parse(compileApart(question));
  if (brokenSchema.safeParse(again).success) throw new Error(`the compiler broke: ${broken.data.errors[0].message}`);
  return again;
}

function refuseErrors(found: readonly SolcError[]): void {
  const errors = found.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  throw new CompileError(
    first.formattedMessage,
    errors.flatMap(({ sourceLocation }) => sourceLocation ?? []),
  );
}

/**
 * Code without the digest of its sources. Without the optimizer: that is five times as fast, what a test says does not depend on
 * it, and every number of the source stands in the code.
 * @param files The sources whose contracts are wanted.
 * @throws CompileError
 */
export function compileCode(input: CompilerInput, files: readonly string[], deployed = false): Contracts {
  const outputs = deployed ? [...codeOutputs, deployedOutput] : codeOutputs;
  const outputSelection = Object.fromEntries(files.map((file) => [file, { "*": outputs }]));
  const output = outputSchema.parse(run(input, { optimizer: { enabled: false }, outputSelection }));
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
