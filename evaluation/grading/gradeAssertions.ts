import { isDeepStrictEqual } from "node:util";
import { sha256 } from "../evidence/sha256.ts";
import type { Probe } from "../plan/probe.ts";
import type { Assertion } from "../suite/cases.ts";
import { keepsSchema } from "../suite/jsonSchema.ts";
import { findsPattern } from "../suite/pattern.ts";
import { editDistance } from "./editDistance.ts";
import { fullGrade, type Grade, noAnswer } from "./grade.ts";

/** Replies up to this length are their own answer, longer ones are told apart by their hash. */
const maxAnswerLength = 200;

/**
 * Right when every assertion holds, as promptfoo decides it (src/assertions/ at github.com/promptfoo/promptfoo: the reply as it came,
 * nothing trimmed; `not-` turns the outcome round).
 */
export function gradeAssertions({ rule }: Probe, reply: string, elapsedMicros: number): Grade {
  if (!rule || !("assertions" in rule)) return noAnswer;
  const holds = rule.assertions.every((assertion) => {
    const isNegated = "not" in assertion && assertion.not === true;
    return decide(assertion, reply, elapsedMicros) !== isNegated;
  });
  return { answer: answerOf(reply), grade: holds ? fullGrade : 0 };
}

/** Whether an assertion holds, negation aside. */
function decide(assertion: Assertion, reply: string, elapsedMicros: number): boolean {
  switch (assertion.type) {
    case "equals":
      return reply === assertion.value;
    case "equals-json":
      return isDeepStrictEqual(parse(reply), parse(assertion.value));
    case "contains":
      return reply.includes(assertion.value);
    case "icontains":
      return reply.toLowerCase().includes(assertion.value.toLowerCase());
    case "contains-all":
      return assertion.values.every((value) => reply.includes(value));
    case "contains-any":
      return assertion.values.some((value) => reply.includes(value));
    case "icontains-all":
      return assertion.values.every((value) => reply.toLowerCase().includes(value.toLowerCase()));
    case "icontains-any":
      return assertion.values.some((value) => reply.toLowerCase().includes(value.toLowerCase()));
    case "regex":
      return findsPattern(assertion.pattern, reply);
    case "starts-with":
      return reply.startsWith(assertion.value);
    case "is-json": {
      const value = parse(reply);
      return value !== notJson && keepsSchema(assertion.schema ?? true, value);
    }
    case "word-count": {
      const words = reply
        .trim()
        .split(/\s+/)
        .filter((word) => word !== "").length;
      return words >= (assertion.min ?? 0) && words <= (assertion.max ?? Number.MAX_SAFE_INTEGER);
    }
    case "levenshtein":
      return isClose(reply, assertion.value, assertion.max);
    case "latency":
      return elapsedMicros <= assertion.maxMs * 1000;
  }
}

/** Lengths that differ by more than the bound need no comparison, which bounds its cost. */
function isClose(reply: string, value: string, max: number): boolean {
  return Math.abs(reply.length - value.length) <= max && editDistance(reply, value) <= max;
}

const notJson = Symbol("not JSON");

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return notJson;
  }
}

function answerOf(reply: string): string {
  const isShort = reply.length <= maxAnswerLength && reply.isWellFormed();
  return isShort ? reply : `sha256:${sha256(Buffer.from(reply, "utf16le"))}`;
}
