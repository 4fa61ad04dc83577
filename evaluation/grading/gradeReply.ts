import type { Probe } from "../plan/probe.ts";
import { fitsPattern } from "../suite/pattern.ts";
import { extractLabel } from "./extractLabel.ts";
import { extractedGrade, fullGrade, type Grade, noAnswer } from "./grade.ts";
import { gradeAssertions } from "./gradeAssertions.ts";
import { gradeExtraction, readsRightExtraction } from "./gradeExtraction.ts";
import { countMembers, parseObject } from "./parseObject.ts";

const labelLine = /^LABEL: ([A-Za-z]{1,32})$/;

/**
 * A pure function of the probe, the text and, for assertions about latency, the time it took. Total on every string.
 * @param elapsedMicros from sending to the last byte
 */
export function gradeReply(probe: Probe, reply: string, elapsedMicros = 0): Grade {
  switch (probe.grader) {
    case "label":
      return gradeExact(labelLine, probe, reply);
    case "canary":
      return gradeCanary(probe, reply);
    case "slot":
      return gradeExact(/^ANSWER: ([A-Za-z0-9]{1,32})$/, probe, reply);
    case "turn":
      return noAnswer;
    case "assertions":
      return gradeAssertions(probe, reply, elapsedMicros);
    case "fields":
    case "schema":
      return gradeExtraction(probe, reply);
    default:
      return gradeFormat(probe, reply);
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

/** Whether a lenient reader would find the right answer in a reply to a plain question. */
export function readsRight(probe: Probe, reply: string): boolean {
  if (probe.rule && "extraction" in probe.rule) return readsRightExtraction(probe, reply);
  if (probe.grader === "assertions") return gradeReply(probe, reply).grade === fullGrade;
  return extractLabel(reply, labelRule(probe).labels) === probe.truth;
}

function gradeFormat(probe: Probe, reply: string): Grade {
  if (keepsContract(probe, reply)) return { answer: probe.truth, grade: fullGrade };
  const answer = extractLabel(reply, labelRule(probe).labels);
  if (answer === null) return noAnswer;
  return { answer, grade: answer === probe.truth ? extractedGrade : 0 };
}

function keepsContract(probe: Probe, reply: string): boolean {
  switch (probe.grader) {
    case "json":
      return isStrictJson(reply, probe.truth);
    case "regex":
      return fitsPattern(labelRule(probe).pattern ?? "", reply);
    default:
      return reply === probe.expected;
  }
}

function labelRule({ rule }: Probe): { readonly labels: readonly string[]; readonly pattern?: string } {
  return rule && "labels" in rule ? rule : { labels: [] };
}

/** The JSON contract allows any whitespace JSON allows, and no second key. */
function isStrictJson(reply: string, label: string): boolean {
  const object = parseObject(reply);
  return object !== null && Object.keys(object).length === 1 && object.label === label && countMembers(reply) === 1;
}
