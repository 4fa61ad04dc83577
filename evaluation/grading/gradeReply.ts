import type { Probe } from "../plan/probe.ts";
import { fitsPattern } from "../suite/pattern.ts";
import { extractLabel } from "./extractLabel.ts";
import { extractedGrade, fullGrade, type Grade, noAnswer } from "./grade.ts";
import { gradeExtraction } from "./gradeExtraction.ts";
import { countMembers, parseObject } from "./parseObject.ts";

/** A pure function of the probe and the text, total on every string. */
export function gradeReply(probe: Probe, reply: string): Grade {
  switch (probe.grader) {
    case "label":
      return gradeExact(/^LABEL: ([A-Za-z]{1,32})$/, probe, reply);
    case "slot":
      return gradeExact(/^ANSWER: ([A-Za-z0-9]{1,32})$/, probe, reply);
    case "turn":
      return noAnswer;
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
