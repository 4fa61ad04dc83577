import { z } from "zod";
import type { Policy } from "../../../domain/policy.ts";
import type { Row, RulesHarness, StructValue } from "./harness.ts";
import type { Random } from "./random.ts";

/** Named answers of a rule, in the order of the struct that the harness answers with. */
export type Answer = Readonly<Record<string, bigint | boolean | string | readonly bigint[]>>;

/** A rule that exists twice: how to ask each twin, and how to make up cases. */
export interface RuleDefinition<Case> {
  readonly name: string;
  /** Function of RulesHarness. */
  readonly solidity: string;
  /** Reads a case of test/vectors/<name>.json. */
  readonly schema: z.ZodType<Case>;
  /** The TypeScript twin. */
  readonly twin: (input: Case) => Answer;
  /** The case as the harness takes it; a policy goes by its index among the policies of the call. */
  readonly toStruct: (input: Case, indexOf: (policy: Policy) => bigint) => StructValue;
  readonly random: (random: Random, policy: Policy) => Case;
  /** Cases a call; by default 200. The local chain keeps a trace of each call in memory, so heavy rules take fewer. */
  readonly batchSize?: number;
}

/** A rule with the type of its cases hidden, so that all rules fit into one list. */
export interface Rule {
  readonly name: string;
  readonly batchSize: number;
  /** Cases from a vectors file, with what is recorded there. */
  fromVectors(cases: readonly VectorCase[]): Batch;
  random(random: Random, policies: readonly Policy[], count: number): Batch;
}

/** Cases for both twins. */
export interface Batch {
  /** What the TypeScript twin answers. */
  readonly answers: readonly Answer[];
  /** What the Solidity twin answers, as rows. */
  ask(harness: RulesHarness): Promise<Row[]>;
  /** A case in words, for a failing test. */
  describe(index: number): string;
}

export const vectorCase = z.object({ name: z.string(), input: z.unknown(), expected: z.unknown() });
export type VectorCase = z.infer<typeof vectorCase>;
export const vectorFile = z.object({ rule: z.string(), about: z.string(), cases: z.array(vectorCase).min(1) });

/** An integer in a vectors file: decimal digits in a string. */
export const integer = z.string().regex(/^\d+$/).transform(BigInt);
/** A case with policies carries them whole. */
interface WithPolicy {
  readonly policy: Policy;
  readonly otherPolicy?: Policy | undefined;
}

function hasPolicy(input: unknown): input is WithPolicy {
  return typeof input === "object" && input !== null && "policy" in input;
}

function policiesOf(input: unknown): Policy[] {
  if (!hasPolicy(input)) return [];
  return input.otherPolicy === undefined ? [input.policy] : [input.policy, input.otherPolicy];
}

export function defineRule<Case>(rule: RuleDefinition<Case>): Rule {
  return {
    name: rule.name,
    batchSize: rule.batchSize ?? 200,
    fromVectors: (cases) =>
      batchOf(
        rule,
        cases.map(({ input }) => rule.schema.parse(input)),
      ),
    random: (random, policies, count) =>
      batchOf(
        rule,
        Array.from({ length: count }, () => rule.random(random, random.pick(policies))),
      ),
  };
}

function batchOf<Case>(rule: RuleDefinition<Case>, cases: readonly Case[]): Batch {
  const policies = [...new Set(cases.flatMap(policiesOf))];
  const indexes = new Map(policies.map((policy, index) => [policy, BigInt(index)]));
  const indexOf = (policy: Policy) => indexes.get(policy) ?? -1n;
  return {
    answers: cases.map(rule.twin),
    ask: (harness) => {
      const rows = cases.map((input) => harness.row(rule.solidity, 0, rule.toStruct(input, indexOf)));
      const policyRows = policies.map((policy) => harness.row(rule.solidity, 1, { ...policy }));
      return harness.call(rule.solidity, rows, ...(policies.length > 0 ? [policyRows] : []));
    },
    describe: (index) =>
      JSON.stringify(cases[index], (_, value) => (typeof value === "bigint" ? value.toString() : value)),
  };
}

/** An answer as the row that the harness gives. */
export function rowOf(answer: Answer): Row {
  return Object.values(answer).flatMap((value) => {
    if (typeof value === "bigint") return [value];
    if (typeof value === "boolean") return [value ? 1n : 0n];
    return typeof value === "string" ? [BigInt(value)] : [...value];
  });
}

/** A case or an answer as a vectors file records it: integers as decimal digits. */
export function recorded(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? value.toString() : value)));
}
