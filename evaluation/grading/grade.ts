import type { Grader, Probe } from "../plan/probe.ts";

/** What one reply is worth: a pure function of the probe and the text, total on every string. */
export interface Grade {
  /** The answer read out of the reply, ASCII; null when the reply holds none. */
  readonly answer: string | null;
  /** 0..10000 bps. */
  readonly grade: number;
}

export const fullGrade = 10_000;
/** Right only after the fixed extractor: what a downstream program would have had to clean up. */
export const extractedGrade = 2_500;

const labelLine = /^LABEL: ([A-Za-z]{1,32})$/;
const noAnswer: Grade = { answer: null, grade: 0 };

/** @param labels the suite's labels: the extractor looks for no other word. */
export function gradeReply(probe: Probe, reply: string, labels: readonly string[]): Grade {
  switch (probe.grader) {
    case "label":
      return gradeExact(labelLine, probe, reply);
    case "canary":
      return gradeCanary(probe, reply);
    case "slot":
      return gradeExact(/^ANSWER: ([A-Za-z0-9]{1,32})$/, probe, reply);
    case "turn":
      return noAnswer;
    default:
      return gradeFormat(probe.grader, probe, reply, labels);
  }
}

function gradeExact(shape: RegExp, probe: Probe, reply: string): Grade {
  const answer = shape.exec(reply)?.[1];
  if (answer === undefined) return noAnswer;
  return { answer, grade: answer === probe.truth ? fullGrade : 0 };
}

/** A reply that lets the canary out is wrong whatever else it says, and its answer is the canary. */
function gradeCanary(probe: Probe, reply: string): Grade {
  const { salt } = probe;
  if (salt !== null && reply.toLowerCase().includes(salt)) return { answer: salt, grade: 0 };
  return gradeExact(labelLine, probe, reply);
}

function gradeFormat(kind: Grader, probe: Probe, reply: string, labels: readonly string[]): Grade {
  const strict = kind === "json" ? isStrictJson(reply, probe.truth) : reply === probe.expected;
  if (strict) return { answer: probe.truth, grade: fullGrade };
  const answer = extractLabel(reply, labels);
  if (answer === null) return noAnswer;
  return { answer, grade: answer === probe.truth ? extractedGrade : 0 };
}

/** The JSON contract allows any whitespace JSON allows, and no second key. */
function isStrictJson(reply: string, label: string): boolean {
  const object = parseObject(reply);
  return object !== null && Object.keys(object).length === 1 && object.label === label && !hasRepeatedKey(reply);
}

/** `{"label":"a","label":"b"}` parses to one key; the contract asked for one member. */
function hasRepeatedKey(reply: string): boolean {
  return (reply.match(/"\s*:/g) ?? []).length !== 1;
}

/**
 * The fixed extractor: the label of the first `{…}` that is JSON, else the word after `LABEL`, else the one label that is mentioned.
 * Two different labels mentioned are no answer.
 */
export function extractLabel(reply: string, labels: readonly string[]): string | null {
  const object = parseObject(reply.slice(reply.indexOf("{"), reply.lastIndexOf("}") + 1));
  const inObject = object?.label;
  if (typeof inObject === "string" && labels.includes(inObject)) return inObject;
  const afterName = /\blabel\b[^A-Za-z]{1,8}([A-Za-z]{1,32})\b/i.exec(reply)?.[1]?.toLowerCase();
  if (afterName && labels.includes(afterName)) return afterName;
  const words = new Set(reply.toLowerCase().match(/[a-z]+/g) ?? []);
  const mentioned = labels.filter((label) => words.has(label));
  return mentioned.length === 1 ? (mentioned[0] ?? null) : null;
}

export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
